import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { MongoClient } from 'mongodb';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  await new MongoClient('').db().collection('x').find({ $where: `this.x == '${a}'` }).toArray();
  return { content: [] };
});
