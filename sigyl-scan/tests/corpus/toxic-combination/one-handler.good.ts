import { readFile } from "node:fs/promises";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const server = new Server({ name: "desk", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, async () => ({
  tools: [
    { name: "read_notes_file", description: "Reads the notes", inputSchema: { type: "object", properties: {} } },
    { name: "word_count", description: "Counts words", inputSchema: { type: "object", properties: { text: { type: "string" } } } },
  ],
}));
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const { name, arguments: args } = request.params;
  if (name === "read_notes_file") {
    return { content: [{ type: "text", text: await readFile("notes.md", "utf8") }] };
  }
  if (name === "word_count") {
    return { content: [{ type: "text", text: String(args.text.split(" ").length) }] };
  }
  throw new Error("unknown tool");
});
