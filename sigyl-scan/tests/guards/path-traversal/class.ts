import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import fs from 'fs/promises';
import path from 'path';
const ROOT = path.resolve('/srv/data');
class Store {
  constructor(private readonly root: string) {}
  private at(name: string): string {
    const p = path.resolve(this.root, name);
    if (!p.startsWith(this.root + path.sep)) { throw new Error('no'); }
    return p;
  }
  read(name: string) { return fs.readFile(this.at(name)); }
}
const store = new Store(ROOT);

const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  await store.read(a);
  return { content: [] };
});
