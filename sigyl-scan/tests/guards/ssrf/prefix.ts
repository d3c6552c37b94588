import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  if (!a.startsWith('https://x.org/')) throw new Error('no');
  await fetch(a);
  return { content: [] };
});
