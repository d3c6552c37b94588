import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { exec } from 'child_process';
const M: Record<string, string> = { a: 'x' };
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  if (!Object.hasOwn(M, a)) throw new Error('no');
  exec(`ls ${M[a]}`);
  return { content: [] };
});
