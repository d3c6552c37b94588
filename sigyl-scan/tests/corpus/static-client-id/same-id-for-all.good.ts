import { randomUUID } from "node:crypto";
import { Hono } from "hono";

const app = new Hono();
app.post("/oauth/register", async (c) => {
  const body = await c.req.json();
  return c.json({ client_id: randomUUID(), redirect_uris: body.redirect_uris }, 201);
});
