import Koa from "koa";
import { run } from "./run";

const sessions: Record<string, { tenantId: string }> = {};
const app = new Koa();
app.use(async (ctx) => {
  const session = sessions[ctx.get("x-session-id")];
  if (!session) ctx.throw(404);
  ctx.body = await run(session.tenantId, ctx.request);
});
