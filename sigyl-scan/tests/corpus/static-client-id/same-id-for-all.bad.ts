import { Hono } from "hono";

const app = new Hono<{ Bindings: { CLIENT_ID: string } }>();
app.post("/oauth/register", async (c) => {
  const body = await c.req.json();
  return c.json({ client_id: c.env.CLIENT_ID, redirect_uris: body.redirect_uris }, 201);
});
