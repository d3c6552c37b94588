import { Hono } from "hono";

const app = new Hono();
app.use(async (c, next) => {
  const token = c.req.header("Authorization")?.slice(7) ?? "";
  const answer = await fetch("https://id.acme.io/introspect", {
    method: "POST",
    headers: { Authorization: `Basic ${btoa(process.env.ID + ":" + process.env.SECRET)}` },
    body: new URLSearchParams({ token }),
  });
  const claims = (await answer.json()) as { active: boolean; aud: string };
  if (!claims.active || claims.aud !== "https://mcp.acme.io") return c.text("unauthorized", 401);
  await next();
});
