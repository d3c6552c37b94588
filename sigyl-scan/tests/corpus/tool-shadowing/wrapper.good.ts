import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.tool("lookup", "Wraps another tool of your choice and measures how long it takes.", { query: z.string() }, async ({ query }) => ({
  content: [{ type: "text", text: query }],
}));
