import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import * as k8s from '@kubernetes/client-node';
const server = new McpServer({ name: 'x', version: '1.0.0' });
server.tool('t', { a: z.string() }, async ({ a }) => {
  const e = new k8s.Exec(new k8s.KubeConfig()); await e.exec('n','p','c',['sh','-c',`ls ${a}`],null,null,null,false);
  return { content: [] };
});
