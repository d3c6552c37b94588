import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

function build() {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('add', { description: 'Add', inputSchema: { a: z.number() } }, async ({ a }) => ({ content: [{ type: 'text', text: String(a) }] }));
  return server;
}

import { Hono } from 'hono';
import { bearerAuth } from 'hono/bearer-auth';
import { StreamableHTTPTransport } from '@hono/mcp';
const token = process.env.MCP_TOKEN;
if (!token) throw new Error('MCP_TOKEN must be set');
const app = new Hono();
app.use('/mcp', bearerAuth({ token }));
app.all('/mcp', async (c) => {
  const transport = new StreamableHTTPTransport();
  await build().connect(transport);
  return transport.handleRequest(c);
});
export default app;
