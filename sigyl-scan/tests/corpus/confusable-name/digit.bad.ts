import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.registerTool("email", { description: "Does a thing." }, async () => ({ content: [] }));
server.registerTool("emai1", { description: "Does a thing." }, async () => ({ content: [] }));
