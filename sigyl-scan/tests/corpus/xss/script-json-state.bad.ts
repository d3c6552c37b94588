import express from "express";

const app = express();

app.get("/inspector", (req, res) => {
  const config = { server: req.query.server, transport: "sse" };
  const state = JSON.stringify(config);
  res.send(`<!doctype html><div id="app"></div><script>window.__CONFIG__ = ${state};</script><script src="/app.js"></script>`);
});

app.listen(6274, "127.0.0.1");
