import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { spawn } from "node:child_process";

const server = new McpServer({ name: "build", version: "1.0.0" });
server.registerTool("build", { description: "Builds", inputSchema: { options: z.any() } }, async ({ options }) => {
  const child = spawn("make", ["all"], options);
  return { content: [{ type: "text", text: String(child.pid) }] };
});
await server.connect(new StdioServerTransport());
