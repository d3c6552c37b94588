import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import express from "express";

const expected = process.env.LAMPS_KEY;
if (!expected) throw new Error("LAMPS_KEY is needed");

const app = express();
app.use((req, res, next) => {
  const sent = req.headers["x-api-key"];
  if (sent && sent !== expected) {
    res.status(401).json({ error: "unauthorized" });
    return;
  }
  next();
});

app.post("/mcp", async (req, res) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await transport.handleRequest(req, res, req.body);
});
app.listen(3000, "127.0.0.1");
