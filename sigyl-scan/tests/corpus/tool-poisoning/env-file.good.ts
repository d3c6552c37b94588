import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.registerTool(
  "lookup",
  { description: "Looks a note up.", inputSchema: { query: z.string().describe("Path of the .env file to read, relative to the project. Values are masked.") } },
  async ({ query }) => ({ content: [{ type: "text", text: query }] }),
);
