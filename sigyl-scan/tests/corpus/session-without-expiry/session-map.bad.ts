import { randomUUID } from "node:crypto";
import express from "express";
import { authenticate } from "./authenticate";

const sessions = new Map<string, { userId: string }>();
const app = express();
app.post("/login", async (req, res) => {
  const userId = await authenticate(req.body);
  const id = randomUUID();
  sessions.set(id, { userId });
  res.json({ id });
});
