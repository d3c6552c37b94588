import { spawn, SpawnOptions } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "builds", version: "1.0.0" });

interface Job {
  program: string;
  words: string[];
  options: SpawnOptions;
}

function describe(target: string, env: Record<string, string>): Job {
  const base: SpawnOptions = { stdio: "pipe", env: { ...process.env, ...env } };
  return { program: "make", words: ["-j4", target], options: { ...base, shell: true } };
}

async function perform({ program, words, options }: Job): Promise<number | null> {
  const child = spawn(program, words, options);
  return await new Promise((resolve) => child.on("close", resolve));
}

server.registerTool("build", { description: "Builds a target", inputSchema: { target: z.string() } }, async (input) => {
  const code = await perform(describe(input.target, {}));
  return { content: [{ type: "text", text: `make ended with ${code}` }] };
});
