import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  new SSEClientTransport(new URL(a));
  return { content: [] };
});
