import express from "express";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { requireKey } from "./auth.js";
import { createServer } from "./server.js";

const app = express();
const streams = new Map();

app.get("/sse", async (req, res) => {
  const transport = new SSEServerTransport("/messages", res);
  streams.set(transport.sessionId, transport);
  await createServer().connect(transport);
});
app.post("/messages", async (req, res) => streams.get(req.query.sessionId)?.handlePostMessage(req, res));
app.use(requireKey(process.env.KEYS));
app.listen(3000, "127.0.0.1");
