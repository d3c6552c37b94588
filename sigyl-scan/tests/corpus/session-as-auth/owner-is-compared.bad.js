import express from "express";

const sessions = new Map();
export const app = express();

app.all("/mcp", async (req, res) => {
  const entry = sessions.get(req.get("mcp-session-id"));
  if (!entry) return res.status(404).json({ error: "no such session" });
  req.user = entry.user;
  return entry.transport.handleRequest(req, res, req.body);
});
