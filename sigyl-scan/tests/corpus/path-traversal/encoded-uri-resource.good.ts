import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { ListResourcesRequestSchema, ReadResourceRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import fs from "node:fs/promises";
import path from "node:path";

const KB = path.resolve(process.env.KB_DIR ?? "kb");
const server = new Server({ name: "kb", version: "1.0.0" }, { capabilities: { resources: {} } });

server.setRequestHandler(ListResourcesRequestSchema, async () => {
  const names = await fs.readdir(KB);
  return { resources: names.map((name) => ({ uri: `kb:///${encodeURIComponent(name)}`, name })) };
});

server.setRequestHandler(ReadResourceRequestSchema, async (request) => {
  const { uri } = request.params;
  if (!uri.startsWith("kb:///")) {
    throw new Error("unsupported uri");
  }
  const name = path.basename(decodeURIComponent(uri.slice("kb:///".length)));
  const text = await fs.readFile(path.join(KB, name), "utf8");
  return { contents: [{ uri, mimeType: "text/markdown", text }] };
});

export { server };
