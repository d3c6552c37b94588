import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { PrismaClient } from '@prisma/client';
const p = new PrismaClient();
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  await p.$queryRaw`SELECT * FROM t WHERE a = ${a}`;
  return { content: [] };
});
