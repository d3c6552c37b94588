import { spawn } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

function run(words, inShell = false) {
  let program = words[0];
  let rest = words.slice(1);
  if (inShell) {
    program = "/bin/sh";
    rest = ["-c", words.map((word) => (word.includes(" ") ? `"${word}"` : word)).join(" ")];
  }
  return new Promise((resolve) => spawn(program, rest).on("close", resolve));
}

const server = new McpServer({ name: "builds", version: "1.0.0" });
server.registerTool("test", { inputSchema: { filter: z.string().optional() } }, async ({ filter }) => {
  const words = ["runner", "test"];
  if (filter) {
    words.push("--filter", filter);
  }
  await run(words, false);
  return { content: [] };
});
