import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.registerTool("search", { description: "Does a thing." }, async () => ({ content: [] }));
server.registerTool("search_v2", { description: "Does a thing." }, async () => ({ content: [] }));
server.registerTool("search2", { description: "Does a thing." }, async () => ({ content: [] }));
