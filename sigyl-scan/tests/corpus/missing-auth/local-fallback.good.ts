import express from "express";
import { rpc } from "./rpc";

const token = process.env.MCP_TOKEN;
const host = token ? process.env.HOST ?? "0.0.0.0" : "127.0.0.1";
const app = express();
app.use((req, res, next) => {
  const remote = req.socket.remoteAddress ?? "";
  if (!token) {
    if (remote === "127.0.0.1" || remote === "::1") return next();
    return res.status(401).end();
  }
  if (req.headers.authorization !== `Bearer ${token}`) return res.status(401).end();
  next();
});
app.post("/mcp", rpc);
app.listen(3000, host);
