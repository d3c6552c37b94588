import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { exec } from 'child_process';
const OK = ['a', 'b'];
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  if (!OK.includes(a)) throw new Error('no');
  exec(`ls ${a}`);
  return { content: [] };
});
