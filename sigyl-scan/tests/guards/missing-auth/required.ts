import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';

function build() {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('add', { description: 'Add', inputSchema: { a: z.number() } }, async ({ a }) => ({ content: [{ type: 'text', text: String(a) }] }));
  return server;
}

import express from 'express';
const token = process.env.MCP_TOKEN;
if (!token) throw new Error('MCP_TOKEN must be set');
const app = express();
app.use('/mcp', (req, res, next) => {
  if (req.headers.authorization !== `Bearer ${token}`) return res.status(401).end();
  next();
});
app.post('/mcp', async (req, res) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await build().connect(transport);
  await transport.handleRequest(req, res, req.body);
});
app.listen(3000, '0.0.0.0');
