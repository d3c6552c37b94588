import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";

export const build = () => new McpServer({ name: "notes", version: "1.0.0" });
