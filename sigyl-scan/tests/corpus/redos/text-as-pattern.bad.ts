import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { readFileSync } from "node:fs";

const server = new McpServer({ name: "desk", version: "1.0.0" });
server.registerTool("grep", { inputSchema: { wanted: z.string() } }, async ({ wanted }) => {
  const lines = readFileSync("/srv/notes.txt", "utf8").match(wanted);
  return { content: [{ type: "text", text: JSON.stringify(lines) }] };
});
