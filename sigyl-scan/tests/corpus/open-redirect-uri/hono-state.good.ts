import { Hono } from "hono";
import { states } from "./states";

const app = new Hono();
app.get("/callback", async (c) => {
  const pending = await states.take(c.req.query("state") ?? "");
  if (!pending) return c.text("unknown state", 400);
  return c.redirect(`${pending.registeredRedirect}?code=${c.req.query("code")}`);
});
export default app;
