import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { randomBytes } from "node:crypto";
import express from "express";

const token = randomBytes(32).toString("hex");
const app = express();

app.use((req, res, next) => {
  if (req.headers["x-proxy-token"] !== token) {
    res.status(401).end();
    return;
  }
  next();
});

app.get("/sse", async (req, res) => {
  const to = new StdioClientTransport({ command: String(req.query.command), args: [] });
  const from = new SSEServerTransport("/message", res);
  await Promise.all([to.start(), from.start()]);
  from.onmessage = (message) => to.send(message);
  to.onmessage = (message) => from.send(message);
});

app.listen(6277, "127.0.0.1");
