import * as tar from "tar";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import path from "node:path";
import { rm, mkdir } from "node:fs/promises";

const PLUGINS = path.join(process.cwd(), "plugins");
const server = new McpServer({ name: "plugins", version: "1.0.0" });

async function clean(name: string): Promise<string> {
  const folder = path.join(PLUGINS, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

server.tool("install_plugin", { name: z.string() }, async ({ name }) => {
  const cwd = await clean(name);
  await tar.x({ file: path.join(process.cwd(), "bundle.tgz"), cwd, strip: 1 });
  return { content: [{ type: "text", text: `installed into ${cwd}` }] };
});

export default server;
