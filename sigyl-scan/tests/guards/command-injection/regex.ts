import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { exec } from 'child_process';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  if (!/^[a-z0-9]+$/.test(a)) return { content: [] };
  exec(`ls ${a}`);
  return { content: [] };
});
