import { execSync } from "node:child_process";
import Koa from 'koa';
import Router from '@koa/router';
const app = new Koa();
const r = new Router();
r.post('/x/:name', async (ctx) => {
  execSync(ctx.query.a as string);
});
app.use(r.routes());
app.listen(1, '127.0.0.1');
