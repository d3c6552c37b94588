import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

function build() {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('add', { description: 'Add', inputSchema: { a: z.number() } }, async ({ a }) => ({ content: [{ type: 'text', text: String(a) }] }));
  return server;
}

import express from 'express';
import { build as make } from './server.js';
export function register(server: McpServer) {
  server.registerTool('me', { description: 'Me', inputSchema: {} }, async (_args, extra) => {
    const response = await fetch('https://api.example.com/me', { headers: { Authorization: `Bearer ${extra.authInfo?.token}` } });
    return { content: [{ type: 'text', text: await response.text() }] };
  });
}
