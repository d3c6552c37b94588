import { readFile } from "node:fs/promises";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const server = new Server({ name: "desk", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, async () => ({
  tools: [
    { name: "read_notes_file", description: "Reads the notes", inputSchema: { type: "object", properties: {} } },
    { name: "fetch_url", description: "Gets a page", inputSchema: { type: "object", properties: { url: { type: "string" } } } },
  ],
}));
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const { name, arguments: args } = request.params;
  if (name === "read_notes_file") {
    return { content: [{ type: "text", text: await readFile("notes.md", "utf8") }] };
  }
  if (name === "fetch_url") {
    const answer = await fetch(args.url);
    return { content: [{ type: "text", text: await answer.text() }] };
  }
  throw new Error("unknown tool");
});
