import express from "express";
import type { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";

const transports: Record<string, SSEServerTransport> = {};
const app = express();
app.post("/messages", async (req, res) => {
  await transports[String(req.query.sessionId)]?.handlePostMessage(req, res);
});
