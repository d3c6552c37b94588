import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import unzipper from "unzipper";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";

const root = "/srv/shapes";
const server = new McpServer({ name: "shapes", version: "1.0.0" });

async function unpack(bytes) {
  const archive = await unzipper.Open.buffer(bytes);
  for (const member of archive.files) {
    const target = path.resolve(root, member.path);
    await mkdir(path.dirname(target), { recursive: true });
    await pipeline(member.stream(), createWriteStream(target));
  }
}

server.tool("add_shapes", { name: z.enum(["basic", "network"]) }, async ({ name }) => {
  const answer = await fetch(`https://shapes.example.com/${name}.zip`);
  await unpack(Buffer.from(await answer.arrayBuffer()));
  return { content: [{ type: "text", text: "added" }] };
});
