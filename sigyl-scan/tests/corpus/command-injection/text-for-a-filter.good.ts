import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { spawn } from "node:child_process";
import { z } from "zod";

const server = new McpServer({ name: "format", version: "1.0.0" });

server.registerTool(
  "format",
  { description: "Formats a query", inputSchema: { query: z.string() } },
  async ({ query }) => {
    const formatter = spawn("sqlformat", ["-"], { stdio: "pipe" });
    formatter.stdin.write(`-- formatted\n${query}\n`);
    formatter.stdin.end();
    return { content: [{ type: "text", text: "formatted" }] };
  },
);
