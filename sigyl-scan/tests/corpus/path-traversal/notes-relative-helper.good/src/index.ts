import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { NoteStore } from "./store.js";
import { loadConfig } from "./config.js";

const config = loadConfig(process.argv.slice(2));
const store = new NoteStore(config);
const server = new McpServer({ name: "notes", version: "1.2.0" });

server.registerTool(
  "read_note",
  {
    title: "Read note",
    description: "Read one note of the vault",
    inputSchema: { file: z.string().min(1).describe("File inside the vault") },
  },
  async ({ file }) => {
    try {
      const text = await store.read(file);
      return { content: [{ type: "text", text }] };
    } catch (error) {
      return { content: [{ type: "text", text: `Error: ${(error as Error).message}` }], isError: true };
    }
  },
);

server.registerTool(
  "append_note",
  { description: "Append to a note", inputSchema: { file: z.string(), text: z.string() } },
  async ({ file, text }) => {
    await store.append(file, text);
    return { content: [{ type: "text", text: "ok" }] };
  },
);

await server.connect(new StdioServerTransport());
