import Koa from "koa";
import Router from "@koa/router";
import he from "he";

const app = new Koa();
const router = new Router();

router.get("/connect/:service", async (ctx) => {
  const service = ctx.params.service;
  ctx.type = "html";
  ctx.body = `<main><h1>Connect ${service}</h1></main>`;
});

app.use(router.routes());
app.listen(8085, "127.0.0.1");
