import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import express from "express";

const app = express();

app.get("/sse", async (req, res) => {
  const to = new StdioClientTransport({ command: String(req.query.command), args: [] });
  const from = new SSEServerTransport("/message", res);
  await Promise.all([to.start(), from.start()]);
  from.onmessage = (message) => to.send(message);
  to.onmessage = (message) => from.send(message);
});

app.listen(6277, "127.0.0.1");
