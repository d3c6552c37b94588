import { execSync } from "child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "clipboard", version: "1.0.0" });

server.tool("notify", "Shows a notification", { title: z.string(), body: z.string() }, async ({ title, body }) => {
  const safe = (text: string) => text.replace(/"/g, '\\"');
  execSync(`notify-send "${safe(title)}" "${safe(body)}"`);
  return { content: [{ type: "text", text: "shown" }] };
});
