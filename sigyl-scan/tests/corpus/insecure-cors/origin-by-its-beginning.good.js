import express from "express";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { createServer } from "./server.js";

const allowed = (process.env.ALLOWED_ORIGINS ?? "http://localhost").split(",");

function isAllowed(origin) {
  return allowed.includes(origin);
}

const app = express();
app.use((req, res, next) => {
  const origin = req.headers.origin;
  if (origin && !isAllowed(origin)) return res.status(403).json({ error: "forbidden" });
  if (origin) res.setHeader("Access-Control-Allow-Origin", origin);
  next();
});
app.post("/mcp", async (req, res) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await createServer().connect(transport);
  await transport.handleRequest(req, res, req.body);
});
app.listen(3000, "127.0.0.1");
