import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { NodeSSH } from 'node-ssh';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  const s = new NodeSSH(); await s.execCommand(`ls ${a}`);
  return { content: [] };
});
