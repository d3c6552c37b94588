import { Hono } from "hono";
import { serve } from "@hono/node-server";
import { html } from "hono/html";

const app = new Hono();

app.get("/done", (c) => {
  const account = c.req.query("account") ?? "";
  return c.html(`<p>Connected ${account}. You can go back to your client.</p>`);
});

serve({ fetch: app.fetch, port: 8788, hostname: "127.0.0.1" });
