import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.registerTool("搜索", { description: "Does a thing." }, async () => ({ content: [] }));
server.registerTool("发送", { description: "Does a thing." }, async () => ({ content: [] }));
