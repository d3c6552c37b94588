import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "crm", version: "1.0.0" });
server.registerTool("contacts", { inputSchema: { query: z.string() } }, async ({ query }, extra) => {
  const answer = await fetch(`https://crm.acme.io/contacts?q=${encodeURIComponent(query)}`, {
    headers: { authorization: "Bearer " + extra.authInfo!.token },
  });
  return { content: [{ type: "text", text: await answer.text() }] };
});
