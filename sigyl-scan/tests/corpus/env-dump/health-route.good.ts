import express from "express";

const app = express();
app.get("/healthz", (req, res) => {
  res.json({ uptime: process.uptime(), env: process.env.NODE_ENV });
});
app.listen(8080, "127.0.0.1");
