import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { Client } from 'ssh2';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  const c = new Client(); c.on('ready', () => { c.exec(`ls ${a}`, () => {}); });
  return { content: [] };
});
