import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { jwt } from "hono/jwt";
import { createAgent, type Agent } from "./agent";

const sessions = new Map<string, Agent>();
const app = new Hono();

app.use("/mcp", jwt({ secret: process.env.JWT_SECRET!, alg: "HS256" }));
app.post("/mcp", async (c) => {
  const message = await c.req.json();
  if (message.method === "initialize") {
    const id = crypto.randomUUID();
    sessions.set(id, createAgent());
    c.header("Mcp-Session-Id", id);
    return c.json({ jsonrpc: "2.0", id: message.id, result: { protocolVersion: "2025-06-18", capabilities: { tools: {} } } });
  }
  const id = c.req.header("mcp-session-id");
  const agent = id ? sessions.get(id) : undefined;
  if (!agent) {
    return c.json({ jsonrpc: "2.0", id: message.id, error: { code: -32001, message: "unknown session" } }, 404);
  }
  return c.json(await agent.handle(message));
});
serve({ fetch: app.fetch, port: 8100, hostname: "127.0.0.1" });
