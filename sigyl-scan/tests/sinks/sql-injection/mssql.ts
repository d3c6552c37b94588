import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import sql from 'mssql';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  const p = await sql.connect(''); await p.request().query(`SELECT * FROM ${a}`);
  return { content: [] };
});
