import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { $ } from "zx";

const server = new McpServer({ name: "shell", version: "1.0.0" });

server.registerTool("run", { inputSchema: { script: z.string() } }, async ({ script }) => {
  const { stdout } = await $`bash -c ${script}`;
  return { content: [{ type: "text", text: stdout }] };
});
