import express from "express";

const app = express();
app.get("/debug/env", (req, res) => {
  res.json({ uptime: process.uptime(), env: { ...process.env } });
});
app.listen(8080, "127.0.0.1");
