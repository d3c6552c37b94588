import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import fs from "fs";
import path from "path";

const SNIPPETS = path.join(process.cwd(), "snippets");
const server = new Server({ name: "snippets", version: "1.0.0" }, { capabilities: { tools: {} } });

server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const { name, arguments: input } = request.params;
  const { file, content } = (input ?? {}) as { file: string; content?: string };
  if (file.includes("../")) {
    throw new Error("Path traversal is not allowed");
  }
  const target = path.isAbsolute(file) ? file : path.join(SNIPPETS, file);
  switch (name) {
    case "save":
      fs.writeFileSync(target, content ?? "");
      return { content: [{ type: "text", text: "saved" }] };
    case "remove":
      fs.rmSync(target);
      return { content: [{ type: "text", text: "removed" }] };
    default:
      throw new Error(name);
  }
});

export { server };
