import { lookup } from 'node:dns/promises';
import * as net from 'node:net';
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
const blocked = new net.BlockList();
blocked.addSubnet('0.0.0.0', 8, 'ipv4');
async function addressOf(server: string) {
  const { address, family } = await lookup(server);
  if (blocked.check(address, family === 6 ? 'ipv6' : 'ipv4')) {
    throw new Error(`${server} resolves to a private address`);
  }
  return address;
}
const server = new McpServer({ name: "whois", version: "1.0.0" });
server.tool("one", { host: z.string() }, async ({ host }) => {
  const address = await addressOf(host);
  await new Promise((resolve) => {
    const socket = new net.Socket();
    socket.connect(43, address, () => {});
  });
});
server.tool("two", { host: z.string() }, async ({ host }) => {
  const { address } = await lookup(host);
  if (blocked.check(address)) throw new Error("no");
  net.connect(43, address);
  return { content: [] };
});
