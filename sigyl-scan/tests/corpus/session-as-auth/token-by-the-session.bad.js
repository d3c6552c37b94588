import { randomUUID } from "node:crypto";
import express from "express";
import { runAs } from "./server.js";

const sessionTokens = new Map();
const app = express();
app.use(express.json());

const tokenOf = (req) => req.header("x-service-token");

app.post("/mcp", async (req, res) => {
  const sessionId = req.header("mcp-session-id");
  const token = tokenOf(req) ?? sessionTokens.get(sessionId);
  if (!token) return res.status(401).end();
  if (req.body.method === "initialize") {
    const id = randomUUID();
    sessionTokens.set(id, token);
    res.setHeader("mcp-session-id", id);
  }
  res.json(await runAs(token, req.body));
});
app.listen(3000, "127.0.0.1");
