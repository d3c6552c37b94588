import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { Pool } from 'pg';
const pool = new Pool();
const C = { name: 'name', date: 'created_at' } as const;
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  const col = C[a as keyof typeof C] ?? 'name';
  await pool.query(`SELECT * FROM t ORDER BY ${col}`);
  return { content: [] };
});
