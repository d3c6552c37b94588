import express from "express";
import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import type { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { verifier } from "./verifier";

const transports = new Map<string, StreamableHTTPServerTransport>();
const app = express();
app.use(requireBearerAuth({ verifier }));
app.post("/mcp", async (req, res) => {
  const transport = transports.get(req.headers["mcp-session-id"] as string);
  if (!transport) {
    res.status(404).end();
    return;
  }
  await transport.handleRequest(req, res, req.body);
});
