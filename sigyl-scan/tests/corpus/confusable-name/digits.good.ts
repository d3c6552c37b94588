import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.registerTool("to_utf8", { description: "Does a thing." }, async () => ({ content: [] }));
server.registerTool("to_utf16", { description: "Does a thing." }, async () => ({ content: [] }));
server.registerTool("l10n", { description: "Does a thing." }, async () => ({ content: [] }));
server.registerTool("i18n", { description: "Does a thing." }, async () => ({ content: [] }));
