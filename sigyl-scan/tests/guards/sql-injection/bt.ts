import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import mysql from 'mysql2/promise';
const pool = mysql.createPool({});
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  await pool.query('SELECT * FROM ??', [a]);
  return { content: [] };
});
