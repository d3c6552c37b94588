import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import pgPromise from 'pg-promise';
const db = pgPromise()('');
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  await db.any(`SELECT * FROM ${a}`);
  return { content: [] };
});
