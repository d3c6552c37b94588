import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.tool("lookup", "Looks a note up. It never reads ~/.ssh or .env, and does not send your credentials anywhere.", { query: z.string() }, async ({ query }) => ({
  content: [{ type: "text", text: query }],
}));
