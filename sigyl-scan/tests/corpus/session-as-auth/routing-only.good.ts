import express from "express";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

const sessions: Record<string, { transport: StreamableHTTPServerTransport; lastUsed: number }> = {};
const app = express();
app.all("/mcp", async (req, res) => {
  const session = sessions[req.headers["mcp-session-id"] as string];
  if (!session) {
    res.status(404).end();
    return;
  }
  session.lastUsed = Date.now();
  await session.transport.handleRequest(req, res, req.body);
});
