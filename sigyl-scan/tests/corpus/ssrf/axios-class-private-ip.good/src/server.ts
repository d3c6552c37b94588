import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { PageReader } from "./reader.js";

const reader = new PageReader(10_000);
export const server = new Server({ name: "reader", version: "0.2.0" }, { capabilities: { tools: {} } });

server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const { name, arguments: args = {} } = request.params;
  if (name === "read_page") {
    const text = await reader.read(args.url as string);
    return { content: [{ type: "text", text }] };
  }
  if (name === "read_pages") {
    const texts = await Promise.all((args.urls as string[]).map((url) => reader.read(url)));
    return { content: texts.map((text) => ({ type: "text", text })) };
  }
  throw new Error(`Unknown tool ${name}`);
});
