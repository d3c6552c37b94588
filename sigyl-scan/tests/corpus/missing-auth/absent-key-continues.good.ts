import { createMiddleware } from "hono/factory";

export const apiKey = createMiddleware(async (c, next) => {
  const key = c.req.header("x-api-key");
  if (!key || key !== c.env.API_KEY) return c.json({ error: "unauthorized" }, 401);
  await next();
});
