import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { neon } from '@neondatabase/serverless';
const sql = neon('');
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  await sql.query(`SELECT * FROM ${a}`);
  return { content: [] };
});
