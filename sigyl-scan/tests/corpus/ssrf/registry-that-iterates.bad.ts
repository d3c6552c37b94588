import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

class Feeds implements Iterable<{ id: string; address: string }> {
  #feeds = new Map<string, { id: string; address: string }>();

  add(id: string, address: string) {
    this.#feeds.set(id, { id, address });
  }

  *[Symbol.iterator]() {
    for (const feed of this.#feeds.values()) yield feed;
  }
}

const feeds = new Feeds();
const server = new McpServer({ name: "feeds", version: "1.0.0" });
server.tool("follow", "Follows a feed", { id: z.string(), address: z.string().url() }, async ({ id, address }) => {
  feeds.add(id, address);
  return { content: [] };
});
server.tool("refresh", "Reads all feeds", {}, async () => {
  const texts = [];
  for (const feed of feeds) texts.push(await (await fetch(feed.address)).text());
  return { content: [{ type: "text", text: texts.join("\n") }] };
});
