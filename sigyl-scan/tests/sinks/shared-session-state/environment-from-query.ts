import express from "express";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { build } from "./server.js";

const app = express();
app.post("/mcp", async (req, res) => {
  const url = new URL(req.url, "http://localhost");
  const token = url.searchParams.get("CRM_TOKEN");
  if (token) process.env.CRM_TOKEN = token;
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await build().connect(transport);
  await transport.handleRequest(req, res);
});
app.listen(3000, "127.0.0.1");
