import express from "express";

let requests = 0;
let lastPath = "";
const app = express();
app.use((req, res, next) => {
  requests += 1;
  lastPath = req.path;
  next();
});
app.get("/metrics", (req, res) => {
  res.json({ requests, lastPath });
});
