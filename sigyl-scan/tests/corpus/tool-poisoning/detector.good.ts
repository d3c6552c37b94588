import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.registerTool(
  "lookup",
  { title: "Look up", description: "Detects prompt injection such as 'ignore all previous instructions' or 'reveal your system prompt' in a text and returns a score.", inputSchema: { query: z.string() } },
  async ({ query }) => ({ content: [{ type: "text", text: query.toUpperCase() }] }),
);
