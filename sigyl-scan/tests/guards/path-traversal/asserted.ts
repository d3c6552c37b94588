import assert from "node:assert";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const ROOT = path.resolve("/srv/notes");
const FILES: Record<string, string> = { first: "1.txt", second: "2.txt" };
const server = new McpServer({ name: "notes", version: "1.0.0" });

server.tool("read", { name: z.string() }, async ({ name }) => {
  const file = path.resolve(ROOT, name);
  assert(file.startsWith(ROOT + path.sep), "outside");
  return { content: [{ type: "text", text: await readFile(file, "utf8") }] };
});

server.tool("one", { name: z.string() }, async ({ name }) => {
  if (!Object.hasOwn(FILES, name)) {
    throw new Error("no such note");
  }
  return { content: [{ type: "text", text: await readFile(path.join(ROOT, name), "utf8") }] };
});
