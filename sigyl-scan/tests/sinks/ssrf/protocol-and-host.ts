import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "robots", version: "1.0.0" });

server.tool("robots", "Reads a site's robots.txt", { page: z.string() }, async ({ page }) => {
  const { protocol, host } = new URL(page);
  const answer = await fetch(`${protocol}//${host}/robots.txt`);
  return { content: [{ type: "text", text: await answer.text() }] };
});
