import Koa from "koa";
import { config } from "./config";
import { rpc } from "./rpc";

if (!config.apiKey) throw new Error("apiKey must be configured");
const app = new Koa();
app.use(async (ctx, next) => {
  if (ctx.get("x-api-key") !== config.apiKey) {
    ctx.status = 401;
    return;
  }
  await next();
});
app.use(rpc);
