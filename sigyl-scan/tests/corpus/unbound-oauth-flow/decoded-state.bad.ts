import { Hono } from "hono";
import { upstream } from "./upstream";

const app = new Hono();
app.get("/callback", async (c) => {
  const request = JSON.parse(atob(c.req.query("state")!));
  const code = c.req.query("code");
  const tokens = await upstream.post("/token", { grant_type: "authorization_code", code });
  return c.redirect(`/clients/${request.clientId}/done?id=${tokens.id}`);
});
