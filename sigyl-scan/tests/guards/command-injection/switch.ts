import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { exec } from 'child_process';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  switch (a) { case 'x': case 'y': break; default: throw new Error('no'); }
  exec(`ls ${a}`);
  return { content: [] };
});
