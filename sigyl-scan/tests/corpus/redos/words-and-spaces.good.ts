import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "titles", version: "1.0.0" });
const TITLE = /^\w+(?:\s\w+)*$/;

server.tool("is_title", { text: z.string() }, async ({ text }) => ({
  content: [{ type: "text", text: String(TITLE.test(text)) }],
}));
