import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
const OK = new Set(['x.org']);
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  const u = new URL(a);
  if (u.protocol !== 'https:' || !OK.has(u.host)) throw new Error('no');
  await fetch(u.toString());
  return { content: [] };
});
