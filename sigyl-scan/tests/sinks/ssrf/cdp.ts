import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import CDP from 'chrome-remote-interface';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  const c = await CDP(); await c.Page.navigate({ url: a });
  return { content: [] };
});
