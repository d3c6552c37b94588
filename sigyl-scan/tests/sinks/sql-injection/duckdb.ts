import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import duckdb from 'duckdb';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  new duckdb.Database('x').all(`SELECT * FROM ${a}`, () => {});
  return { content: [] };
});
