import { Hono } from "hono";
import { serve } from "@hono/node-server";

const app = new Hono();
const HOSTS = ["images.example.com", "cdn.example.com"];

app.get("/health", (c) => c.text("ok"));

app.get("/image", async (c) => {
  const src = c.req.query("src");
  if (!src) {
    return c.text("src is missing", 400);
  }
  if (!HOSTS.some((host) => new URL(src).hostname === host)) {
    return c.text("host not allowed", 403);
  }
  const upstream = await fetch(src, { redirect: "error" });
  return new Response(upstream.body, { headers: { "content-type": upstream.headers.get("content-type") ?? "image/png" } });
});

serve({ fetch: app.fetch, port: 8787, hostname: "127.0.0.1" });
