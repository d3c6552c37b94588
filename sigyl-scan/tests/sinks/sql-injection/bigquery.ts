import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { BigQuery } from '@google-cloud/bigquery';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  await new BigQuery().query(`SELECT * FROM ${a}`);
  return { content: [] };
});
