import express from "express";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

const token = process.env.MCP_TOKEN;
const host = process.env.HOST ?? "127.0.0.1";

if (!token && !["127.0.0.1", "::1", "localhost"].includes(host)) {
  console.error("Set MCP_TOKEN to listen beyond this machine");
  process.exit(1);
}

const app = express();
app.use((req, res, next) => {
  if (token && req.headers.authorization !== `Bearer ${token}`) {
    return void res.status(401).end();
  }
  next();
});
app.post("/mcp", async (req, res) => {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: undefined, enableDnsRebindingProtection: true, allowedHosts: [host],
  });
  await transport.handleRequest(req, res);
});
app.listen(3000, host);
