import express from "express";
import { NotesClient } from "@example/notes";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

const app = express();

function serverFor(settings) {
  const server = new McpServer({ name: "notes", version: "1.0.0" });
  const client = new NotesClient(settings.token ?? process.env.NOTES_TOKEN, settings.apiUrl);
  server.tool("list", {}, async () => ({ content: [{ type: "text", text: await client.list() }] }));
  return server;
}

app.post("/mcp", async (req, res) => {
  const server = serverFor({ token: req.headers["x-notes-token"], apiUrl: req.headers["x-notes-url"] });
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await server.connect(transport);
  await transport.handleRequest(req, res, req.body);
});
app.listen(3000, "127.0.0.1");
