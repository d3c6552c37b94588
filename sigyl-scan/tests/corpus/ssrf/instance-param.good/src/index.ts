import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { listIssues } from "./tools/issues.js";

const server = new McpServer({ name: "forge-reader", version: "0.3.0" });
for (const tool of [listIssues]) {
  server.registerTool(tool.name, { description: tool.description, inputSchema: tool.inputSchema.shape }, async (args) => ({
    content: [{ type: "text", text: await tool.handler(args as any) }],
  }));
}
await server.connect(new StdioServerTransport());
