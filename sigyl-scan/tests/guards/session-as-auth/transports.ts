import { Hono } from 'hono';
const transports = new Map<string, { handleRequest(c: unknown): Promise<Response> }>();
const app = new Hono();
app.post('/mcp', async (c) => {
  const transport = transports.get(c.req.header('mcp-session-id')!);
  if (!transport) return c.text('no such session', 404);
  return transport.handleRequest(c);
});
