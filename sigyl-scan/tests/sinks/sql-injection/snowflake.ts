import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import snowflake from 'snowflake-sdk';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  snowflake.createConnection({} as any).execute({ sqlText: `SELECT * FROM ${a}` });
  return { content: [] };
});
