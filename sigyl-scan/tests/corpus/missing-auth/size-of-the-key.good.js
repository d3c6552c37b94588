import express from "express";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { GATEWAY_TOKEN, PORT } from "./settings.js";

if (!GATEWAY_TOKEN?.length) {
  console.error("GATEWAY_TOKEN must be set");
  process.exit(1);
}

const app = express();
app.use(express.json());
app.post("/mcp", async (req, res) => {
  if (GATEWAY_TOKEN?.length && req.get("authorization") !== `Bearer ${GATEWAY_TOKEN}`) {
    res.status(401).json({ error: "wrong token" });
    return;
  }
  const server = new McpServer({ name: "stock", version: "1.0.0" });
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await server.connect(transport);
  await transport.handleRequest(req, res, req.body);
});
app.listen(PORT);
