import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "feeds", version: "1.0.0" });
const FEEDS = (process.env.FEED_HOSTS ?? "feeds.example.com").split(",");

function allowed(link: string): boolean {
  const { hostname, protocol } = new URL(link);
  return protocol === "https:" && FEEDS.some((feed) => hostname === feed || hostname.endsWith(`.${feed}`));
}

server.tool("read_feed", { link: z.string().url() }, async ({ link }) => {
  if (!allowed(link)) {
    throw new Error("This feed is not allowed");
  }
  const response = await fetch(link, { redirect: "error" });
  return { content: [{ type: "text", text: (await response.text()).slice(0, 20_000) }] };
});

export default server;
