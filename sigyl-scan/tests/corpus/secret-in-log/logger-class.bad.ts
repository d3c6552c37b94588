import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

class Log {
  write(level: string, text: string, extra: Record<string, unknown> = {}) {
    process.stderr.write(`${level} ${text} ${JSON.stringify(extra)}\n`);
  }
}

const log = new Log();

export function connect() {
  const options = { url: process.env.QUEUE_URL, credentials: { user: "mcp", pass: process.env.QUEUE_PASSWORD } };
  log.write("info", "connecting", options);
  return options;
}
