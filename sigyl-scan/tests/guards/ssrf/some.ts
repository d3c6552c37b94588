import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  const h = new URL(a).hostname;
  if (!['x.org', 'y.org'].some((d) => h === d || h.endsWith('.' + d))) throw new Error('no');
  await fetch(a);
  return { content: [] };
});
