import { spawn } from "node:child_process";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

export function run(command: string[]) {
  const env = { ...process.env, FORCE_COLOR: "0" };
  const child = spawn(command[0], command.slice(1), { env, stdio: ["ignore", "pipe", "pipe"] });
  child.stderr.on("data", (chunk) => console.error(String(chunk)));
  return child;
}

export const transport = new StdioClientTransport({ command: "node", args: ["dist/index.js"], env: process.env as Record<string, string> });
