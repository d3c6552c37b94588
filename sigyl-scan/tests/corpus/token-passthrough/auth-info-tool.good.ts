import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { upstreamTokens } from "./upstream.js";

const server = new McpServer({ name: "crm", version: "1.0.0" });
server.registerTool("contacts", { inputSchema: { query: z.string() } }, async ({ query }, extra) => {
  const own = await upstreamTokens.get(extra.authInfo!.clientId);
  const answer = await fetch(`https://crm.acme.io/contacts?q=${encodeURIComponent(query)}`, {
    headers: { authorization: "Bearer " + own },
  });
  return { content: [{ type: "text", text: await answer.text() }] };
});
