import { FastMCP } from 'fastmcp';
import { z } from 'zod';
const server = new FastMCP({ name: 'notes', version: '1.0.0' });
server.addTool({ name: 'add', description: 'Add', parameters: z.object({ a: z.number() }), execute: async ({ a }) => String(a) });
server.start({ transportType: 'httpStream', httpStream: { port: 8080, host: '0.0.0.0' } });
