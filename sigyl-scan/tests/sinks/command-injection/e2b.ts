import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { Sandbox } from 'e2b';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  const s = await Sandbox.create(); await s.commands.run(`ls ${a}`);
  return { content: [] };
});
