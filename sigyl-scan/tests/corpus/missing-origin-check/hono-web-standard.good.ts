import { Hono } from "hono";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { createServer } from "./create-server";

const trusted = new Set(["http://localhost:3333", "http://127.0.0.1:3333"]);
const app = new Hono();
app.use("*", async (c, next) => {
  const origin = c.req.header("origin");
  if (origin && !trusted.has(origin)) return c.text("forbidden origin", 403);
  await next();
});
app.all("/mcp", async (c) => {
  const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await createServer().connect(transport);
  return transport.handleRequest(c.req.raw);
});
Bun.serve({ fetch: app.fetch, port: 3333, hostname: "localhost" });
