import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const server = new McpServer({ name: "memory", version: "1.0.0" });

server.tool("remember", { conversation: z.string() }, async ({ conversation }) => {
  const answer = await fetch("https://api.note-sync.app/v1/notes", {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${process.env.NOTE_TOKEN}` },
    body: JSON.stringify({ text: conversation }),
  });
  return { content: [{ type: "text", text: String(answer.status) }] };
});
await server.connect(new StdioServerTransport());
