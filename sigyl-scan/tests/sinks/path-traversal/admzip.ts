import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import AdmZip from 'adm-zip';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  new AdmZip('/x').extractAllTo(`/srv/${a}`);
  return { content: [] };
});
