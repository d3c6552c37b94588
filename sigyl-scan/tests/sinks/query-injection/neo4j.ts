import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import neo4j from 'neo4j-driver';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  await neo4j.driver('').session().run(`MATCH (n:${a}) RETURN n`);
  return { content: [] };
});
