import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "desk", version: "1.0.0" });
server.registerTool("use", { inputSchema: { plugin: z.string() } }, async ({ plugin }) => {
  const loaded = await import(`./plugins/${plugin}.js`);
  return { content: [{ type: "text", text: String(loaded.title) }] };
});
