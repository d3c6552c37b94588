import { randomUUID } from "node:crypto";
import express from "express";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { z } from "zod";
import { loadConfig } from "./config.js";
import { NoteBook } from "./notebook.js";

const config = loadConfig();
const app = express();
app.use(express.json());
const sessions = new Map<string, StreamableHTTPServerTransport>();
const book = new NoteBook();

function buildServer() {
  const server = new McpServer({ name: "desk-notes", version: "1.1.0" });
  server.tool("add_note", { text: z.string() }, async ({ text }) => ({
    content: [{ type: "text", text: String(book.add(text)) }],
  }));
  server.tool("all_notes", {}, async () => ({ content: [{ type: "text", text: book.all().join("\n") }] }));
  return server;
}

app.all("/mcp", async (req, res) => {
  const id = req.headers["mcp-session-id"] as string | undefined;
  let transport = id ? sessions.get(id) : undefined;
  if (!transport) {
    transport = new StreamableHTTPServerTransport({
      ...config.transport,
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (sid) => void sessions.set(sid, transport!),
    });
    transport.onclose = () => transport?.sessionId && sessions.delete(transport.sessionId);
    await buildServer().connect(transport);
  }
  await transport.handleRequest(req, res, req.body);
});

app.listen(config.port, config.host, () => console.error(`listening on ${config.host}:${config.port}`));
