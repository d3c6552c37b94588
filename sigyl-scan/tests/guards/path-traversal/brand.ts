import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import fs from 'fs/promises';
import path from 'path';
const ROOT = path.resolve('/srv/data');
type Safe = string & { __b: 1 };
function safe(a: string): asserts a is Safe {
  if (!/^[a-z0-9_]+$/i.test(a)) throw new Error('no');
}

const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  safe(a);
  await fs.readFile(path.join(ROOT, a));
  return { content: [] };
});
