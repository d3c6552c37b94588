import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "feeds", version: "1.0.0" });
const FEEDS = (process.env.FEED_HOSTS ?? "feeds.example.com").split(",");

function allowed(link: string): boolean {
  const { hostname } = new URL(link);
  return !["localhost", "127.0.0.1", "0.0.0.0", "169.254.169.254"].includes(hostname);
}

server.tool("read_feed", { link: z.string().url() }, async ({ link }) => {
  if (!allowed(link)) {
    throw new Error("This feed is not allowed");
  }
  const response = await fetch(link, { redirect: "error" });
  return { content: [{ type: "text", text: (await response.text()).slice(0, 20_000) }] };
});

export default server;
