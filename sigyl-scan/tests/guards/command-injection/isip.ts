import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { exec } from 'child_process';
import net from 'net';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  if (!net.isIP(a)) throw new Error('no');
  exec(`ping ${a}`);
  return { content: [] };
});
