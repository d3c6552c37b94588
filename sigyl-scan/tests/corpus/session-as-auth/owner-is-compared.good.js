import express from "express";

const sessions = new Map();
export const app = express();

app.all("/mcp", async (req, res) => {
  let entry = sessions.get(req.get("mcp-session-id"));
  if (entry && entry.user !== req.user) entry = undefined;
  if (!entry) return res.status(404).json({ error: "no such session" });
  return entry.transport.handleRequest(req, res, req.body);
});
