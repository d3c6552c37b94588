import puppeteer from "puppeteer";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const FLAGS = new Set(["--mute-audio", "--force-dark-mode"]);
const server = new McpServer({ name: "browser", version: "1.0.0" });

server.tool("restart", "Starts the browser again", { flags: z.array(z.string()) }, async ({ flags }) => {
  for (const flag of flags) {
    if (!FLAGS.has(flag)) throw new Error(`not allowed: ${flag}`);
  }
  const browser = await puppeteer.launch({ headless: true, args: ["--no-first-run", ...flags] });
  return { content: [{ type: "text", text: await browser.version() }] };
});
