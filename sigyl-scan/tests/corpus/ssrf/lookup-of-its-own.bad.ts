import dns from "node:dns";
import { BlockList } from "node:net";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import got from "got";
import { z } from "zod";

const inner = new BlockList();
inner.addSubnet("10.0.0.0", 8);
inner.addSubnet("127.0.0.0", 8);
inner.addSubnet("169.254.0.0", 16);

function publicLookup(host, options, done) {
  dns.lookup(host, { ...options, all: false }, (error, address, family) => {
    if (!error && inner.check(address)) error = new Error("not a public host");
    done(error, address, family);
  });
}

const client = got.extend({ followRedirect: false });
const server = new McpServer({ name: "pages", version: "1.0.0" });
server.tool("read", "Reads a page", { url: z.string().url() }, async ({ url }) => {
  const { body } = await client.get(url);
  return { content: [{ type: "text", text: body }] };
});
