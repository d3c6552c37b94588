import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import fs from 'fs';
import { pipeline } from 'stream/promises';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  const r = await fetch('https://x'); await pipeline(r.body as any, fs.createWriteStream(`/srv/${a}`));
  return { content: [] };
});
