import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import yaml from 'js-yaml';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  yaml.load(a, { schema: (yaml as any).DEFAULT_FULL_SCHEMA });
  return { content: [] };
});
