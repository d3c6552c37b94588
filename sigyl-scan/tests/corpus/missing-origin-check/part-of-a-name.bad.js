import http from "node:http";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

const server = new McpServer({ name: "clock", version: "1.0.0" });
const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
await server.connect(transport);

function isOurs(req, res) {
  const origin = req.headers.origin;
  if (origin && !origin.includes("localhost")) {
    res.writeHead(403).end("Origin not allowed");
    return false;
  }
  return true;
}

http.createServer((req, res) => isOurs(req, res) && transport.handleRequest(req, res)).listen(3000, "127.0.0.1");
