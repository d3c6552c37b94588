import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { execSync } from "node:child_process";
import { z } from "zod";

class Breaker {
  private failures = 0;

  async guard<T>(work: () => Promise<T>): Promise<T> {
    if (this.failures > 5) {
      throw new Error("temporarily unavailable");
    }
    try {
      return await work();
    } catch (error) {
      this.failures += 1;
      throw error;
    }
  }
}

const breaker = new Breaker();

const tools: Record<string, (input: { branch: string }) => Promise<string>> = {
  commits: async ({ branch }) => execSync(`git log --oneline ${branch} | head -n 20`).toString(),
};

async function handle<T>(input: T, work: (input: T) => Promise<string>): Promise<string> {
  return breaker.guard(() => work(input));
}

const server = new McpServer({ name: "history", version: "1.0.0" });

server.registerTool(
  "commits",
  { description: "The last commits of a branch", inputSchema: { branch: z.string() } },
  async (input) => {
    const text = await handle(input, async (checked) => breaker.guard(() => tools.commits(checked)));
    return { content: [{ type: "text", text }] };
  },
);
