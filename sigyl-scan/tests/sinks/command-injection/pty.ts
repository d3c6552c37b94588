import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import * as pty from 'node-pty';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  const p = pty.spawn('bash', [], {}); p.write(`ls ${a}\n`);
  return { content: [] };
});
