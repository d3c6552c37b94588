import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import pg from 'pg';
const c = new pg.Client();
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  await c.query(`SELECT * FROM ${c.escapeIdentifier(a)}`);
  return { content: [] };
});
