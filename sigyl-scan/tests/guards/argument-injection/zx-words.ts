import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { $ } from "zx";

const server = new McpServer({ name: "repositories", version: "1.0.0" });

server.registerTool("log", { inputSchema: { author: z.string(), path: z.string() } }, async ({ author, path }) => {
  const { stdout } = await $`git log --author=${author} -- ${path}`;
  return { content: [{ type: "text", text: stdout }] };
});
