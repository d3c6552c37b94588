import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { execFile } from 'child_process';
function ref(s: string): string {
  if (!/^[A-Za-z0-9][\w./-]*$/.test(s)) throw new Error('no');
  return s;
}

const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  execFile('git', ['log', ref(a)]);
  return { content: [] };
});
