import { Hono } from "hono";
import { github } from "./providers";
import { login } from "./login";

const app = new Hono();
app.get("/login/github/callback", async (c) => {
  const code = c.req.query("code");
  if (!code) return c.text("missing code", 400);
  const tokens = await github.validateAuthorizationCode(code);
  return login(c, tokens);
});
