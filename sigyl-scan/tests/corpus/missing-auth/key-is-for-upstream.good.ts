import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { timingSafeEqual } from "node:crypto";
import express from "express";

const server = new McpServer({ name: "deploys", version: "1.0.0" });
server.tool("deploy", "Starts a deployment", {}, async () => {
  await fetch("https://deploy.example.com/start", { headers: { authorization: `Bearer ${process.env.DEPLOY_KEY}` } });
  return { content: [] };
});

const app = express();
app.use(express.json());
app.use((req, res, next) => {
  const given = Buffer.from(req.get("authorization") ?? "");
  const wanted = Buffer.from(`Bearer ${process.env.MCP_TOKEN}`);
  if (!process.env.MCP_TOKEN || given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    res.status(401).end();
    return;
  }
  next();
});
app.post("/mcp", async (req, res) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await server.connect(transport);
  await transport.handleRequest(req, res, req.body);
});
app.listen(Number(process.env.PORT ?? 8080));
