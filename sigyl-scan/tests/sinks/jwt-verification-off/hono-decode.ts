import { decode } from 'hono/jwt';
import { Hono } from 'hono';
const app = new Hono();
app.use('/mcp', async (c, next) => {
  const token = c.req.header('authorization')!.slice(7);
  const { payload } = decode(token);
  c.set('user' as never, payload.sub as never);
  await next();
});
