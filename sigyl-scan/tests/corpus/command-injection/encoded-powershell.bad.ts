import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const run = promisify(execFile);
const server = new McpServer({ name: "notify", version: "1.0.0" });

server.tool("notify", { title: z.string() }, async ({ title }) => {
  const script = `New-BurntToastNotification -Text "${title}"`;
  const encoded = Buffer.from(script, "utf16le").toString("base64");
  const { stdout } = await run("powershell.exe", ["-NoProfile", "-EncodedCommand", encoded]);
  return { content: [{ type: "text", text: stdout }] };
});
