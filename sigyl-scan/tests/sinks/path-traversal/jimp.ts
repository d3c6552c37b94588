import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { Jimp } from 'jimp';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  (await Jimp.read(`/srv/${a}`)).write('/x');
  return { content: [] };
});
