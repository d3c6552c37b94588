import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import Parser from "rss-parser";

const parser = new Parser();
const server = new McpServer({ name: "desk", version: "1.0.0" });
server.registerTool("headlines", { inputSchema: { feed: z.string() } }, async ({ feed }) => {
  const found = await parser.parseURL(feed);
  return { content: [{ type: "text", text: String(found.title) }] };
});
