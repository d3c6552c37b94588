import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

function build() {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('add', { description: 'Add', inputSchema: { a: z.number() } }, async ({ a }) => ({ content: [{ type: 'text', text: String(a) }] }));
  return server;
}

import express from 'express';
const app = express();
let transport: SSEServerTransport;
app.get('/sse', async (req, res) => {
  transport = new SSEServerTransport('/messages', res);
  await build().connect(transport);
});
app.post('/messages', (req, res) => transport.handlePostMessage(req, res));
app.listen(3000, '127.0.0.1');
