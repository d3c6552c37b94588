import { writeFile } from "node:fs/promises";
import path from "node:path";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const FOLDER = process.env.DOWNLOADS ?? "/tmp/downloads";
const server = new McpServer({ name: "desk", version: "1.0.0" });

server.tool("save_attachment", { id: z.number() }, async ({ id }) => {
  const answer = await fetch(`https://desk.example.com/attachments/${id}`);
  const { fileName, content } = await answer.json();
  const target = path.join(FOLDER, path.basename(fileName));
  await writeFile(target, Buffer.from(content, "base64"));
  return { content: [{ type: "text", text: target }] };
});
