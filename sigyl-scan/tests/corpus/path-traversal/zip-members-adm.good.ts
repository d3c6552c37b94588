import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import AdmZip from "adm-zip";
import axios from "axios";
import fs from "node:fs";
import path from "node:path";
import { z } from "zod";

const THEMES = path.resolve("themes");
const server = new McpServer({ name: "themes", version: "1.0.0" });

async function download(id: string): Promise<Buffer> {
  const response = await axios.get(`https://themes.example.com/${encodeURIComponent(id)}.zip`, {
    responseType: "arraybuffer",
  });
  return Buffer.from(response.data);
}

server.tool("install_theme", { id: z.string() }, async ({ id }) => {
  const archive = new AdmZip(await download(id));
  const written: string[] = [];
  for (const entry of archive.getEntries()) {
    if (entry.isDirectory) continue;
    const target = path.join(THEMES, entry.entryName);
    if (!path.resolve(target).startsWith(THEMES + path.sep)) {
      throw new Error(`Illegal entry ${entry.entryName}`);
    }
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, entry.getData());
    written.push(entry.entryName);
  }
  return { content: [{ type: "text", text: written.join("\n") }] };
});

export { server };
