import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { exec } from 'child_process';
const OK = new Set(['a', 'b']);
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  if (!OK.has(a)) throw new Error('no');
  exec(`ls ${a}`);
  return { content: [] };
});
