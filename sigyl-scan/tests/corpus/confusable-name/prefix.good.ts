import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.registerTool("git_log", { description: "Does a thing." }, async () => ({ content: [] }));
server.registerTool("git_logs", { description: "Does a thing." }, async () => ({ content: [] }));
server.registerTool("gitlab_log", { description: "Does a thing." }, async () => ({ content: [] }));
