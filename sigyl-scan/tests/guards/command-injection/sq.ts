import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { exec } from 'child_process';
const q = (s: string) => `'${s.replace(/'/g, `'\\''`)}'`;
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  exec(`ls ${q(a)}`);
  return { content: [] };
});
