import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import Parser from "rss-parser";

const FEEDS = ["https://news.example.com/a.xml", "https://news.example.com/b.xml"];
const parser = new Parser();
const server = new McpServer({ name: "desk", version: "1.0.0" });
server.registerTool("headlines", { inputSchema: { feed: z.string() } }, async ({ feed }) => {
  if (!FEEDS.includes(feed)) {
    throw new Error("no such feed");
  }
  const found = await parser.parseURL(feed);
  return { content: [{ type: "text", text: String(found.title) }] };
});
