import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.registerTool(
  "lookup",
  { description: "Looks a note up.", inputSchema: { query: z.string().describe("Name of the tool to check, such as `send_email`; its description is searched for orders about other tools.") } },
  async ({ query }) => ({ content: [{ type: "text", text: query }] }),
);
