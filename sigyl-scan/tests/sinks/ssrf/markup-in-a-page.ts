import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import puppeteer from "puppeteer";
import { z } from "zod";

const server = new McpServer({ name: "pdf", version: "1.0.0" });

server.registerTool("to_pdf", { inputSchema: { html: z.string() } }, async ({ html }) => {
  const browser = await puppeteer.launch();
  const page = await browser.newPage();
  await page.setContent(`<main>${html}</main>`, { waitUntil: "networkidle0" });
  const bytes = await page.pdf({ format: "A4" });
  await browser.close();
  return { content: [{ type: "text", text: Buffer.from(bytes).toString("base64") }] };
});
