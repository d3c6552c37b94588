import express from "express";
import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import type { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { verifier } from "./verifier";

const transports = new Map<string, { transport: StreamableHTTPServerTransport; owner: string }>();
const app = express();
app.use(requireBearerAuth({ verifier }));
app.post("/mcp", async (req, res) => {
  const entry = transports.get(req.headers["mcp-session-id"] as string);
  if (!entry || entry.owner !== String(req.auth!.extra!.sub)) {
    res.status(404).end();
    return;
  }
  await entry.transport.handleRequest(req, res, req.body);
});
