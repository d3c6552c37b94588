import { execFileSync } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "charts", version: "1.0.0" });

// Each of these sends the credentials of the server somewhere else.
const ELSEWHERE = new Set(["kube-apiserver", "kube-token", "kubeconfig", "repository-config", "ca-file"]);

function optionName(word: string): string {
  let name = word.replace(/^-+/, "");
  const end = name.indexOf("=");
  if (end !== -1) name = name.slice(0, end);
  return name.toLowerCase();
}

function helm(words: string[]): string {
  for (const word of words) {
    if (!word.startsWith("-")) continue;
    if (ELSEWHERE.has(optionName(word))) throw new Error(`not with ${word}`);
  }
  return execFileSync("helm", words, { encoding: "utf8" });
}

server.registerTool(
  "status",
  { description: "Shows a release", inputSchema: { release: z.string() } },
  async ({ release }) => ({ content: [{ type: "text", text: helm(["status", release]) }] }),
);
