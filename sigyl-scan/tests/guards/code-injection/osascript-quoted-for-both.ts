import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { exec } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";

const run = promisify(exec);
const server = new McpServer({ name: "reminders", version: "1.0.0" });

async function tell(script: string) {
  const { stdout } = await run(`osascript -e '${script.replace(/'/g, `'"'"'`)}'`);
  return stdout.trim();
}

function literal(value: unknown): string {
  return String(value).replace(/\\/g, "\\\\").replace(/"/g, '\\"');
}

server.registerTool("remind", { inputSchema: { title: z.string() } }, async ({ title }) => {
  const text = await tell(`
    tell application "Reminders"
      make new reminder with properties {name:"${literal(title)}"}
    end tell`);
  return { content: [{ type: "text", text }] };
});
