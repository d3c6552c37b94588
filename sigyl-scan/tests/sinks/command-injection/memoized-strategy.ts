import { execSync } from "node:child_process";
import _ from "lodash";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

interface Strategy {
  check: string;
  cmd: (title: string, message: string) => string;
}

const strategies: Strategy[] = [
  { check: "notify-send", cmd: (title, message) => `notify-send "${title}" "${message}"` },
  { check: "growl", cmd: (title, message) => `growl -t "${title}" "${message}"` },
];

const strategy = _.memoize((): Strategy => {
  for (const one of strategies) {
    try {
      execSync(`command -v ${one.check}`);
      return one;
    } catch {
      // The next one.
    }
  }
  throw new Error("none");
});

const server = new McpServer({ name: "notices", version: "1.0.0" });
server.tool("notify", { title: z.string(), message: z.string() }, async ({ title, message }) => {
  const chosen = strategy();
  execSync(chosen.cmd(title, message), { stdio: "ignore" });
  return { content: [{ type: "text", text: "sent" }] };
});
