import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { chromium } from "playwright";
import { z } from "zod";

const server = new McpServer({ name: "shots", version: "1.0.0" });
const FOLDER = "/var/lib/shots";

async function keep(image: Buffer, title: string) {
  const file = path.join(FOLDER, `${title.trim().replace(/\s+/g, "_")}.png`);
  await writeFile(file, image);
  return file;
}

server.tool("shot", { page: z.enum(["news", "weather"]) }, async ({ page }) => {
  const browser = await chromium.launch();
  const tab = await browser.newPage();
  await tab.goto(`https://${page}.example.org/`);
  const file = await keep(await tab.screenshot(), await tab.title());
  await browser.close();
  return { content: [{ type: "text", text: file }] };
});
