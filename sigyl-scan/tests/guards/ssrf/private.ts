import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import dns from 'dns/promises';
import ipaddr from 'ipaddr.js';
async function check(u: string) {
  const { hostname } = new URL(u);
  for (const { address } of await dns.lookup(hostname, { all: true })) {
    if (ipaddr.parse(address).range() !== 'unicast') throw new Error('no');
  }
}

const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  await check(a);
  await fetch(a, { redirect: 'error' });
  return { content: [] };
});
