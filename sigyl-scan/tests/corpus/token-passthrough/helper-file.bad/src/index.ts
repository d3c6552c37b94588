import { Hono } from "hono";
import { tickets } from "./tickets.js";

const app = new Hono();
app.post("/mcp", async (c) => {
  const token = c.req.header("Authorization");
  return c.json(await tickets(token!));
});
export default app;
