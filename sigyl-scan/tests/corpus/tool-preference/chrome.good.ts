import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.tool("lookup", "Takes a text snapshot of the page. Always use the latest snapshot. Prefer taking a snapshot over taking a screenshot.", { query: z.string() }, async ({ query }) => ({
  content: [{ type: "text", text: query }],
}));
