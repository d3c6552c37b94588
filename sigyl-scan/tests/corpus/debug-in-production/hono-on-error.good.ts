import { serve } from "@hono/node-server";
import { StreamableHTTPTransport } from "@hono/mcp";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { Hono } from "hono";
import { z } from "zod";
import { rates } from "./rates";

const server = new McpServer({ name: "rates", version: "0.4.0" });
server.registerTool(
  "convert",
  { description: "Converts an amount", inputSchema: { amount: z.number(), currency: z.string().length(3) } },
  async ({ amount, currency }) => ({ content: [{ type: "text", text: String(amount * rates.of(currency)) }] }),
);

const app = new Hono();
app.all("/mcp", async (c) => {
  const transport = new StreamableHTTPTransport();
  await server.connect(transport);
  return transport.handleRequest(c);
});
app.onError((err, c) => {
  const reference = crypto.randomUUID();
  console.error(reference, err.stack);
  return c.json({ jsonrpc: "2.0", id: null, error: { code: -32603, message: "internal error", data: { reference } } }, 500);
});
serve({ fetch: app.fetch, port: 8787, hostname: "127.0.0.1" });
