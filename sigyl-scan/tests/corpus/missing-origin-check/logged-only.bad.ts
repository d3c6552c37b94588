import express from "express";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { build } from "./build";

const app = express();
app.use((req, res, next) => {
  if (!["localhost:3000"].includes(req.headers.host ?? "")) console.warn("unexpected host", req.headers.host);
  next();
});
app.post("/mcp", async (req, res) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await build().connect(transport);
  await transport.handleRequest(req, res, req.body);
});
app.listen(3000, "localhost");
