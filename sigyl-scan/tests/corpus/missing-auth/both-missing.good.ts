import express from "express";


const app = express();
app.use((req, res, next) => {
  const given = req.headers["x-api-key"];
  if (!given || given !== process.env.API_KEY) {
    res.status(401).end();
    return;
  }
  next();
});
app.post("/mcp", (_req, res) => {
  res.json({});
});
app.listen(3000, "127.0.0.1");
