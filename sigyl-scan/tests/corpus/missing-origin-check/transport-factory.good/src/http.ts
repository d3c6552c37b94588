import express from "express";
import { makeTransport } from "./transport";
import { build } from "./build";

const app = express();
app.use((req, res, next) => {
  const { origin, host } = req.headers;
  if (origin && new URL(origin).host !== host) return void res.status(403).end();
  next();
});
app.post("/mcp", async (req, res) => {
  const transport = makeTransport();
  await build().connect(transport);
  await transport.handleRequest(req, res, req.body);
});
app.listen(3000, "127.0.0.1");
