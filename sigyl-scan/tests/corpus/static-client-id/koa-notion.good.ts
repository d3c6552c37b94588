import Koa from "koa";
import Router from "@koa/router";
import bodyParser from "koa-bodyparser";
import { stringify } from "node:querystring";
import { renderAsk } from "./ask";
import { flows, registrations } from "./storage";

const NOTION_CLIENT_ID = process.env.NOTION_CLIENT_ID ?? "";
const app = new Koa({ keys: [process.env.COOKIE_KEY!] });
const router = new Router({ prefix: "/oauth" });

router.post("/register", async (ctx) => {
  ctx.status = 201;
  ctx.body = await registrations.insert(ctx.request.body);
});
router.get("/authorize", async (ctx) => {
  const { client_id: client, redirect_uri: redirectUri } = ctx.query;
  ctx.assert(await registrations.matches(String(client), String(redirectUri)), 400, "invalid_request");
  const approved = ctx.cookies.get("__Host-approved-clients", { signed: true })?.split(".") ?? [];
  if (!approved.includes(String(client))) {
    ctx.body = renderAsk(await registrations.get(String(client)), ctx.query);
    return;
  }
  const query = stringify({
    owner: "user",
    response_type: "code",
    client_id: NOTION_CLIENT_ID,
    redirect_uri: "https://notes-mcp.acme.io/oauth/callback",
    state: await flows.open(ctx.query),
  });
  ctx.redirect(`https://api.notion.com/v1/oauth/authorize?${query}`);
});

app.use(bodyParser()).use(router.routes()).listen(7400, "127.0.0.1");
