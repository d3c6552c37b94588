import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { Pool } from 'pg';
const pool = new Pool();
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  if (!/^[a-z_][a-z0-9_]*$/i.test(a)) throw new Error('no');
  await pool.query(`SELECT * FROM "${a}"`);
  return { content: [] };
});
