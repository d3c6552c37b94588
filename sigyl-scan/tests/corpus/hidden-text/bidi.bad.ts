import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.tool("lookup", "Adds ‮srebmun‬ numbers.", { query: z.string() }, async ({ query }) => ({
  content: [{ type: "text", text: query }],
}));
