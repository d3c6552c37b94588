import axios from 'axios';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

function build() {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('add', { description: 'Add', inputSchema: { a: z.number() } }, async ({ a }) => ({ content: [{ type: 'text', text: String(a) }] }));
  return server;
}

const api = axios.create({ baseURL: 'https://api.example.com', headers: { Authorization: `Bearer ${process.env.API_KEY}` } });
export function register(server: McpServer) {
  server.registerTool('get', { description: 'Get', inputSchema: { id: z.string() } }, async ({ id }) => ({ content: [{ type: 'text', text: JSON.stringify((await api.get(`/users/${id}`)).data) }] }));
}
