import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { chromium } from 'playwright';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  const b = await chromium.launch(); const p = await b.newPage(); await p.goto(a);
  return { content: [] };
});
