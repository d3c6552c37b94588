import { Hono } from "hono";
import { authenticate } from "./authenticate";

const sessionStore: Record<string, { accessToken: string }> = {};
const app = new Hono();
app.get("/files", async (c) => {
  const user = await authenticate(c.req.raw);
  const entry = sessionStore[`${user.id}:${c.req.query("session")}`];
  const answer = await fetch("https://api.acme.io/files", { headers: { Authorization: `Bearer ${entry.accessToken}` } });
  return c.json(await answer.json());
});
