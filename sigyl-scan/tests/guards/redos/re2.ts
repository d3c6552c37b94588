import RE2 from 're2';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

function build() {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('add', { description: 'Add', inputSchema: { a: z.number() } }, async ({ a }) => ({ content: [{ type: 'text', text: String(a) }] }));
  return server;
}

export function register(server: McpServer) {
  server.registerTool('find', { description: 'Find', inputSchema: { pattern: z.string(), text: z.string() } }, async ({ pattern, text }) => ({ content: [{ type: 'text', text: String(new RE2(pattern).test(text)) }] }));
}
