import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import Docker from 'dockerode';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  const d = new Docker(); await d.run('alpine', ['sh', '-c', `ls ${a}`], process.stdout);
  return { content: [] };
});
