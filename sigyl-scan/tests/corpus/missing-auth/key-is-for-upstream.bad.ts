import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import express from "express";

const server = new McpServer({ name: "deploys", version: "1.0.0" });
server.tool("deploy", "Starts a deployment", {}, async () => {
  await fetch("https://deploy.example.com/start", { headers: { authorization: `Bearer ${process.env.DEPLOY_KEY}` } });
  return { content: [] };
});

const app = express();
app.use(express.json());
app.post("/mcp", async (req, res) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await server.connect(transport);
  await transport.handleRequest(req, res, req.body);
});
app.listen(Number(process.env.PORT ?? 8080));
