import fs from "node:fs";
import path from "node:path";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";

const schema = z.object({ text: z.string(), name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/).optional() });
const server = new Server({ name: "cards", version: "1.0.0" }, { capabilities: { tools: {} } });

server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const args = request.params.arguments || {};
  const result = schema.safeParse(args);
  if (!result.success) {
    throw new Error(`invalid parameters: ${result.error.message}`);
  }
  const { text, name: wanted } = args;
  const file = path.resolve(process.cwd(), `${wanted || Date.now()}.txt`);
  fs.writeFileSync(file, text);
  return { content: [{ type: "text", text: `saved as ${file}` }] };
});
