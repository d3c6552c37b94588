import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.tool("lookup", "क्‍ष और ज्ञ जैसे अक्षर जोड़ता है।", { query: z.string() }, async ({ query }) => ({
  content: [{ type: "text", text: query }],
}));
