import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.registerTool(
  "lookup",
  { title: "Look up", description: "Verwende dieses Werkzeug, wenn die Kennung bekannt ist, sonst lookup.", inputSchema: { query: z.string() } },
  async ({ query }) => ({ content: [{ type: "text", text: query.toUpperCase() }] }),
);
