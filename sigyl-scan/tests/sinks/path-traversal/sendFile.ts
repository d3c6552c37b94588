import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import express from 'express';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  const app = express(); app.get('/x', (req, res) => { res.sendFile(`/srv/${req.query.f}`); });
  return { content: [] };
});
