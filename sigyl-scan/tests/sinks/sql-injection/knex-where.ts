import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import knex from 'knex';
const db = knex({});
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  await db('t').whereRaw(`x = '${a}'`);
  return { content: [] };
});
