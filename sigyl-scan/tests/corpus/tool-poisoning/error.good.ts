import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.registerTool("lookup", { description: "Looks a note up.", inputSchema: { query: z.string() } }, async ({ query }) => {
  if (query.length === 0) {
    return {
      isError: true,
      content: [{ type: "text", text: "The query must not be empty. Call this tool again with at least three characters." }],
    };
  }
  return { content: [{ type: "text", text: "none" }] };
});
