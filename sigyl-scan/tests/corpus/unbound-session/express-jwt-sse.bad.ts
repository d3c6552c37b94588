import express from "express";
import { expressjwt, type Request as JwtRequest } from "express-jwt";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { keyFor } from "./keys";
import { newServer } from "./server";

const transports: { [sessionId: string]: SSEServerTransport } = {};
const guard = expressjwt({ secret: keyFor, algorithms: ["RS256"], audience: "https://mcp.acme.io" });
const app = express();

app.get("/sse", guard, async (_req, res) => {
  const transport = new SSEServerTransport("/messages", res);
  transports[transport.sessionId] = transport;
  res.on("close", () => delete transports[transport.sessionId]);
  await newServer().connect(transport);
});
app.post("/messages", guard, async (req: JwtRequest, res) => {
  const sessionId = req.query.sessionId as string;
  const transport = transports[sessionId];
  if (!transport) {
    res.status(400).send("no transport for this session");
    return;
  }
  await transport.handlePostMessage(req, res);
});
app.listen(8200, "127.0.0.1");
