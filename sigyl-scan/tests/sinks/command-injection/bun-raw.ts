import { $ } from "bun";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "shell", version: "1.0.0" });

server.registerTool("list", { inputSchema: { options: z.string() } }, async ({ options }) => {
  const text = await $`ls ${{ raw: options }}`.text();
  return { content: [{ type: "text", text }] };
});
