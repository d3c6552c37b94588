import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.registerTool("readFile", { description: "Does a thing." }, async () => ({ content: [] }));
server.registerTool("read_file", { description: "Does a thing." }, async () => ({ content: [] }));
