import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import fs from 'fs/promises';
import path from 'path';
const ROOT = path.resolve('/srv/data');
function within(root: string, p: string): boolean {
  const r = path.relative(root, p);
  return r !== '' && !r.startsWith('..') && !path.isAbsolute(r);
}

const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  const p = path.resolve(ROOT, a);
  if (!within(ROOT, p)) throw new Error('no');
  await fs.readFile(p);
  return { content: [] };
});
