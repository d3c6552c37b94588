import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { Sequelize } from 'sequelize';
const s = new Sequelize();
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  await s.query(`SELECT * FROM ${a}`);
  return { content: [] };
});
