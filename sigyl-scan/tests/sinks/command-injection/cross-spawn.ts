import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import spawn from 'cross-spawn';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  spawn.sync(`ls ${a}`, [], { shell: true });
  return { content: [] };
});
