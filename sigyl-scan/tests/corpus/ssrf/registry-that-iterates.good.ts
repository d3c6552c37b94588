import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { lookup } from "node:dns/promises";
import { BlockList } from "node:net";
import { z } from "zod";

const closed = new BlockList();
closed.addSubnet("10.0.0.0", 8);
closed.addSubnet("127.0.0.0", 8);
closed.addSubnet("169.254.0.0", 16);
closed.addSubnet("172.16.0.0", 12);
closed.addSubnet("192.168.0.0", 16);

class Feeds implements Iterable<{ id: string; address: string }> {
  #feeds = new Map<string, { id: string; address: string }>();

  async add(id: string, address: string) {
    for (const { address: ip } of await lookup(new URL(address).hostname, { all: true })) {
      if (closed.check(ip)) throw new Error("not a public host");
    }
    this.#feeds.set(id, { id, address });
  }

  *[Symbol.iterator]() {
    for (const feed of this.#feeds.values()) yield feed;
  }
}

const feeds = new Feeds();
const server = new McpServer({ name: "feeds", version: "1.0.0" });
server.tool("follow", "Follows a feed", { id: z.string(), address: z.string().url() }, async ({ id, address }) => {
  await feeds.add(id, address);
  return { content: [] };
});
server.tool("refresh", "Reads all feeds", {}, async () => {
  const texts = [];
  for (const feed of feeds) texts.push(await (await fetch(feed.address, { redirect: "error" })).text());
  return { content: [{ type: "text", text: texts.join("\n") }] };
});
