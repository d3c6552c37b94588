import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import * as XLSX from 'xlsx';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  XLSX.writeFile(XLSX.utils.book_new(), `/srv/${a}`);
  return { content: [] };
});
