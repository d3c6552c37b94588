import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { URL } from "node:url";
import { z } from "zod";

const server = new McpServer({ name: "addresses", version: "1.0.0" });

server.tool("resolve", "Resolves a link", { page: z.string(), link: z.string() }, async ({ page, link }) => {
  const baseUrl = page;
  const inner = new URL(link, baseUrl);
  return { content: [{ type: "text", text: `${new URL(baseUrl).hostname} ${inner.pathname}` }] };
});
