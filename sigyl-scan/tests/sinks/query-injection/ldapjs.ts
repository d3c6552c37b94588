import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import ldap from 'ldapjs';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  ldap.createClient({ url: [''] }).search('dc=x', { filter: `(uid=${a})` }, () => {});
  return { content: [] };
});
