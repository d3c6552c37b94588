import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import puppeteer from 'puppeteer';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  const b = await puppeteer.launch(); const p = await b.newPage(); await p.goto(a);
  return { content: [] };
});
