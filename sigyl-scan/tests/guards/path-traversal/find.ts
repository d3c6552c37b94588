import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import fs from 'fs/promises';
import path from 'path';
const ROOT = path.resolve('/srv/data');

const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  const f = (await fs.readdir(ROOT)).find((n) => n === a);
  if (!f) throw new Error('no');
  await fs.readFile(path.join(ROOT, f));
  return { content: [] };
});
