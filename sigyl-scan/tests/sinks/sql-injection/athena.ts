import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { AthenaClient, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  await new AthenaClient({}).send(new StartQueryExecutionCommand({ QueryString: `SELECT * FROM ${a}` }));
  return { content: [] };
});
