import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const Made = Object.getPrototypeOf(async () => {}).constructor;
const server = new McpServer({ name: "desk", version: "1.0.0" });
server.registerTool("compute", { inputSchema: { formula: z.string() } }, async ({ formula }) => {
  const result = await new Made("x", `return ${formula}`)(1);
  return { content: [{ type: "text", text: String(result) }] };
});
