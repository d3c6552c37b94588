import Koa from "koa";
import { config } from "./config";
import { rpc } from "./rpc";

const app = new Koa();
app.use(async (ctx, next) => {
  if (config.apiKey && ctx.get("x-api-key") !== config.apiKey) {
    ctx.status = 401;
    return;
  }
  await next();
});
app.use(rpc);
