import express from "express";

const clients = new Map<string, string>();
const app = express();
app.use((req, res, next) => {
  const key = req.headers["x-api-key"];
  if (typeof key !== "string") {
    res.status(401).json({ error: "your key for the weather is needed" });
    return;
  }
  clients.set(String(req.headers["mcp-session-id"]), key);
  next();
});
app.post("/mcp", (_req, res) => {
  res.json({});
});
app.listen(3000, "127.0.0.1");
