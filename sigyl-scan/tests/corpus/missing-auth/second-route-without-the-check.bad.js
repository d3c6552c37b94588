import express from "express";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { createServer, runQuery } from "./server.js";

const key = process.env.MCP_KEY;
const app = express();
app.use(express.json());

const isAuthorized = (req) => req.get("Authorization") === `Bearer ${key}`;

app.post("/mcp", async (req, res) => {
  if (!isAuthorized(req)) return res.status(401).json({ error: "unauthorized" });
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await createServer().connect(transport);
  await transport.handleRequest(req, res, req.body);
});

app.post("/query", async (req, res) => {
  res.json(await runQuery(req.body.sql));
});

app.listen(3000, "127.0.0.1");
