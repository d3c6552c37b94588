import { readFile } from "node:fs/promises";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "logs", version: "1.0.0" });

server.tool("find_lines", "Finds lines", { pattern: z.string() }, async ({ pattern }) => {
  const text = await readFile("/var/log/app.log", "utf8");
  const matcher = new RegExp(pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "i");
  const lines = text.split("\n").filter((line) => matcher.test(line));
  return { content: [{ type: "text", text: lines.join("\n") }] };
});
