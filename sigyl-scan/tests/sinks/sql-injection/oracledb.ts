import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import oracledb from 'oracledb';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  const c = await oracledb.getConnection(); await c.execute(`SELECT * FROM ${a}`);
  return { content: [] };
});
