import { execFile } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const KNOWN = ["--stat", "--oneline"];
const server = new McpServer({ name: "history", version: "1.0.0" });

server.tool("log", "Shows the history", { flags: z.array(z.string()), since: z.string() }, async ({ flags, since }) => {
  const refused = flags.filter((flag) => !KNOWN.includes(flag));
  if (refused.length > 0) throw new Error(`unknown: ${refused}`);
  return new Promise((resolve) => {
    execFile("git", ["log", ...flags, "--"], (error, stdout) => resolve({ content: [{ type: "text", text: stdout }] }));
  });
});
