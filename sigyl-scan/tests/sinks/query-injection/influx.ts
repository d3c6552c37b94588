import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { InfluxDB } from '@influxdata/influxdb-client';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  await new InfluxDB({ url: '' }).getQueryApi('o').collectRows(`from(bucket:"${a}")`);
  return { content: [] };
});
