import { execFileSync } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "cluster", version: "1.0.0" });

function hasPlainWord(words: readonly string[]): boolean {
  for (const word of words) {
    if (!word.startsWith("-")) {
      return true;
    }
  }
  return false;
}

server.registerTool(
  "describe",
  { description: "Describes resources", inputSchema: { names: z.array(z.string()) } },
  async ({ names }) => {
    if (!hasPlainWord(names)) {
      throw new Error("no name");
    }
    const text = execFileSync("kubectl", ["describe", "pod", ...names], { encoding: "utf8" });
    return { content: [{ type: "text", text }] };
  },
);
