import { Hono } from "hono";

const app = new Hono();
app.get("/callback", async (c) => {
  const { returnTo } = JSON.parse(atob(c.req.query("state") ?? ""));
  return c.redirect(`${returnTo}?code=${c.req.query("code")}`);
});
export default app;
