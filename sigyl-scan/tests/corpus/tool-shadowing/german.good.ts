import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.registerTool(
  "lookup",
  { title: "Look up", description: "Zählt Wörter. Vor der Verwendung muss die Datei gespeichert sein.", inputSchema: { query: z.string() } },
  async ({ query }) => ({ content: [{ type: "text", text: query.toUpperCase() }] }),
);
