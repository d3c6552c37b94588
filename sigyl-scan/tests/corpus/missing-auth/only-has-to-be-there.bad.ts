import express from "express";


const app = express();
app.use((req, res, next) => {
  const header = req.headers.authorization;
  if (!header || !header.startsWith("Bearer ") || header.slice(7).length < 16) {
    res.status(401).json({ error: "a token is needed" });
    return;
  }
  next();
});
app.post("/mcp", (_req, res) => {
  res.json({});
});
app.listen(3000, "127.0.0.1");
