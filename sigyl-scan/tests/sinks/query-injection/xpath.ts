import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import xpath from 'xpath';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  xpath.select(`//u[@n='${a}']`, null as any);
  return { content: [] };
});
