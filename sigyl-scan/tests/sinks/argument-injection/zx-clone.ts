import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { $ } from "zx";

const server = new McpServer({ name: "repositories", version: "1.0.0" });

server.registerTool("clone", { inputSchema: { url: z.string() } }, async ({ url }) => {
  await $`git clone --depth 1 ${url}`;
  return { content: [] };
});
