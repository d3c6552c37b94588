import { Hono } from "hono";
import { getCookie } from "hono/cookie";
import { github } from "./providers";
import { login } from "./login";

const app = new Hono();
app.get("/login/github/callback", async (c) => {
  const code = c.req.query("code");
  const state = c.req.query("state");
  if (!code || !state || state !== getCookie(c, "github_state")) return c.text("bad request", 400);
  const tokens = await github.validateAuthorizationCode(code);
  return login(c, tokens);
});
