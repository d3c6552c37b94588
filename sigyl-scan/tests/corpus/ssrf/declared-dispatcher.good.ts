import { lookup } from "node:dns";
import { BlockList } from "node:net";
import { Agent, request } from "undici";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const closed = new BlockList();
closed.addSubnet("10.0.0.0", 8, "ipv4");
closed.addSubnet("127.0.0.0", 8, "ipv4");

function openLookup(name: string, options: any, done: any) {
  lookup(name, options, (error, address, family) => {
    if (!error && closed.check(String(address))) return done(new Error("closed"), "", 0);
    done(error, address, family);
  });
}

class Reader {
  private readonly agent: Agent;

  constructor(private readonly timeout: number) {
    this.agent = new Agent({ connect: { timeout, lookup: openLookup } });
  }

  async read(address: string): Promise<string> {
    const answer = await request(address, { dispatcher: this.agent });
    return answer.body.text();
  }
}

const server = new McpServer({ name: "feeds", version: "1.0.0" });
const reader = new Reader(5000);

server.tool("read_feed", "Reads a feed", { address: z.string().url() }, async ({ address }) => ({
  content: [{ type: "text", text: await reader.read(address) }],
}));
