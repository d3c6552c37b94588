import { execSync } from "node:child_process";
import { Hono } from 'hono';
const app = new Hono();
app.post('/x/:name', async (c) => {
  execSync(c.req.query("a")!);
  return c.json({});
});
export default app;
