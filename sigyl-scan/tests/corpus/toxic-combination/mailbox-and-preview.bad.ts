import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { ImapFlow } from "imapflow";
import puppeteer from "puppeteer";
import { z } from "zod";

const server = new McpServer({ name: "inbox", version: "0.9.0" });
server.registerTool("newest", { description: "The newest letter", inputSchema: {} }, async () => {
  const imap = new ImapFlow({ host: "imap.acme.io", port: 993, auth: { user: process.env.IMAP_USER!, pass: process.env.IMAP_PASS! } });
  await imap.connect();
  const lock = await imap.getMailboxLock("INBOX");
  const letter = await imap.fetchOne("*", { envelope: true, source: true });
  lock.release();
  await imap.logout();
  return { content: [{ type: "text", text: letter ? letter.source!.toString() : "empty" }] };
});
server.registerTool("preview", { description: "Shows where a link leads", inputSchema: { link: z.string() } }, async ({ link }) => {
  const browser = await puppeteer.launch();
  const page = await browser.newPage();
  await page.goto(link, { waitUntil: "domcontentloaded" });
  const text = await page.evaluate(() => document.body.innerText);
  await browser.close();
  return { content: [{ type: "text", text }] };
});
await server.connect(new StdioServerTransport());
