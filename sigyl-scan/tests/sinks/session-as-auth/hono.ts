import { Hono } from 'hono';
const sessions = new Map<string, { userId: string }>();
const app = new Hono();
app.post('/mcp', async (c) => {
  const session = sessions.get(c.req.header('mcp-session-id')!);
  if (!session) return c.text('log in', 401);
  return c.json({ user: session.userId });
});
