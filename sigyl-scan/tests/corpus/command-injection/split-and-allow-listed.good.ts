import { execFile } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "reports", version: "1.0.0" });

server.tool("run_report", "Runs a report program", { command: z.string() }, async ({ command }) => {
  const [program, ...rest] = command.split(" ");
  if (!["sales", "stock", "staff"].includes(program)) throw new Error("no such report");
  return new Promise((resolve) => {
    execFile(program, rest, { timeout: 10_000 }, (error, stdout) => {
      resolve({ content: [{ type: "text", text: error ? error.message : stdout }] });
    });
  });
});
