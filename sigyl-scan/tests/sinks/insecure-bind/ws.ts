import { WebSocketServer } from 'ws';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

function build() {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('add', { description: 'Add', inputSchema: { a: z.number() } }, async ({ a }) => ({ content: [{ type: 'text', text: String(a) }] }));
  return server;
}

const wss = new WebSocketServer({ port: 8080, host: '0.0.0.0' });
wss.on('connection', (socket) => socket.on('message', (data) => handle(JSON.parse(String(data)), socket)));
async function handle(message: any, socket: any) {
  if (message.method === 'tools/call') socket.send(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: {} }));
}
