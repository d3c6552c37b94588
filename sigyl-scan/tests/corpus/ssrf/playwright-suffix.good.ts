import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { chromium, Browser } from "playwright";
import { z } from "zod";

let browser: Browser | undefined;

async function getBrowser() {
  browser ??= await chromium.launch({ headless: true });
  return browser;
}

const server = new McpServer({ name: "preview", version: "0.0.9" });

server.tool("screenshot_preview", { deployment: z.string() }, async ({ deployment }) => {
  const target = new URL(deployment);
  if (!target.hostname.endsWith(".preview.example.dev")) {
    throw new Error("Not a preview deployment");
  }
  const context = await (await getBrowser()).newContext();
  const page = await context.newPage();
  await page.goto(target.href, { waitUntil: "networkidle" });
  const image = await page.screenshot({ fullPage: true });
  await context.close();
  return { content: [{ type: "image", data: image.toString("base64"), mimeType: "image/png" }] };
});

export default server;
