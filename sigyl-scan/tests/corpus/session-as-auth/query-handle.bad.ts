import { Hono } from "hono";

const sessionStore: Record<string, { accessToken: string }> = {};
const app = new Hono();
app.get("/files", async (c) => {
  const entry = sessionStore[c.req.query("session")!];
  const answer = await fetch("https://api.acme.io/files", { headers: { Authorization: `Bearer ${entry.accessToken}` } });
  return c.json(await answer.json());
});
