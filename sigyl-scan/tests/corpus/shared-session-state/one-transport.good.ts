import express from "express";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { build } from "./build";

const app = express();
const transports: Record<string, SSEServerTransport> = {};
app.get("/sse", async (req, res) => {
  const transport = new SSEServerTransport("/messages", res);
  transports[transport.sessionId] = transport;
  res.on("close", () => delete transports[transport.sessionId]);
  await build().connect(transport);
});
app.post("/messages", async (req, res) => {
  await transports[String(req.query.sessionId)]?.handlePostMessage(req, res);
});
