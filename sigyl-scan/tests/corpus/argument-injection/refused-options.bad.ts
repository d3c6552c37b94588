import { execFileSync } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "cluster", version: "1.0.0" });

function plainWords(words: readonly string[]): void {
  if (process.env.CLUSTER_ANY_OPTION === "true") return;
  for (const word of words) {
    if (word.startsWith("-")) {
      throw new Error(`an option is not a name: ${word}`);
    }
  }
}

function kubectl(words: string[]): string {

  return execFileSync("kubectl", ["describe", ...words], { encoding: "utf8" });
}

server.registerTool(
  "describe",
  { description: "Describes a resource", inputSchema: { kind: z.string(), name: z.string() } },
  async ({ kind, name }) => ({ content: [{ type: "text", text: kubectl([kind, name]) }] }),
);
