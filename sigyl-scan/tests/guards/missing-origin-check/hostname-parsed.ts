import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';

function build() {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('add', { description: 'Add', inputSchema: { a: z.number() } }, async ({ a }) => ({ content: [{ type: 'text', text: String(a) }] }));
  return server;
}

import http from 'node:http';
http.createServer(async (req, res) => {
  const origin = req.headers.origin;
  if (origin) {
    const { hostname } = new URL(origin);
    if (!['localhost', '127.0.0.1'].includes(hostname)) {
      res.writeHead(403).end();
      return;
    }
  }
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await build().connect(transport);
  await transport.handleRequest(req, res);
}).listen(3000, '127.0.0.1');
