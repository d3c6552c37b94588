import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

function build() {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('add', { description: 'Add', inputSchema: { a: z.number() } }, async ({ a }) => ({ content: [{ type: 'text', text: String(a) }] }));
  return server;
}

import { Hono } from 'hono';
import { serve } from '@hono/node-server';
import { StreamableHTTPTransport } from '@hono/mcp';
const app = new Hono();
app.all('/mcp', async (c) => {
  const transport = new StreamableHTTPTransport();
  await build().connect(transport);
  return transport.handleRequest(c);
});
serve({ fetch: app.fetch, port: 3000, hostname: '127.0.0.1' });
