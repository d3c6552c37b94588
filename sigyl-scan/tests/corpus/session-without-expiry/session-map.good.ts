import { randomUUID } from "node:crypto";
import express from "express";
import { authenticate } from "./authenticate";

const sessions = new Map<string, { userId: string; since: number }>();
setInterval(() => {
  for (const [id, entry] of sessions) if (Date.now() - entry.since > 3_600_000) sessions.delete(id);
}, 60_000);
const app = express();
app.post("/login", async (req, res) => {
  const userId = await authenticate(req.body);
  const id = randomUUID();
  sessions.set(id, { userId, since: Date.now() });
  res.json({ id });
});
