import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import cors from "cors";
import express from "express";

const server = new McpServer({ name: "hub", version: "1.0.0" });
const app = express();
app.use(cors());

const hubToken = process.env.HUB_TOKEN;
if (hubToken) {
  app.use((request, response, next) => {
    const given = request.headers.authorization;
    if (given !== `Bearer ${hubToken}`) {
      response.status(401).json({ error: "no token" });
      return;
    }
    next();
  });
}

app.post("/mcp", async (request, response) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await server.connect(transport);
  await transport.handleRequest(request, response, request.body);
});
app.listen(4010, "127.0.0.1");
