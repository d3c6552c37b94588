import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import mysql from 'mysql2/promise';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  const c = await mysql.createConnection({}); await c.execute(`SELECT * FROM ${a}`);
  return { content: [] };
});
