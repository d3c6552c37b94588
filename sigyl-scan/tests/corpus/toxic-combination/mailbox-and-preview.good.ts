import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { ImapFlow } from "imapflow";
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
server.registerTool("preview", { description: "Takes a link apart", inputSchema: { link: z.string() } }, async ({ link }) => {
  const parts = new URL(link);
  const text = [`host: ${parts.host}`, `path: ${parts.pathname}`, ...[...parts.searchParams.keys()].map((key) => `has: ${key}`)].join("\n");
  return { content: [{ type: "text", text }] };
});
await server.connect(new StdioServerTransport());
