import { execa } from "execa";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "shell", version: "1.0.0" });

server.registerTool("count", { inputSchema: { file: z.string() } }, async ({ file }) => {
  const { stdout } = await execa({ timeout: 1000 })`wc -l ${file}`;
  return { content: [{ type: "text", text: stdout }] };
});
