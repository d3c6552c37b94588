import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { createClient } from '@libsql/client';
const c = createClient({ url: '' });
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  await c.execute(`SELECT * FROM ${a}`);
  return { content: [] };
});
