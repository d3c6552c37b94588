import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.registerTool(
  "lookup",
  { description: "Looks a note up.", inputSchema: { context: z.string() } },
  async () => ({ content: [{ type: "text", text: "none" }] }),
);
