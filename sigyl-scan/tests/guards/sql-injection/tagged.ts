import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import postgres from 'postgres';
const sql = postgres('');
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  await sql`SELECT * FROM t WHERE a = ${a}`;
  return { content: [] };
});
