import { execSync } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "site", version: "1.0.0" });

type Logic = (input: any) => string;
const timed = (logic: Logic) => (input: any) => {
  const begun = Date.now();
  const text = logic(input);
  return `${text} (${Date.now() - begun} ms)`;
};
const scoped = (scopes: string[], logic: Logic) => async (input: any) => {
  if (scopes.length === 0) throw new Error("no scope");
  return { content: [{ type: "text" as const, text: logic(input) }] };
};

function count({ folder }: { folder: string }): string {
  return String(folder.length);
}

function build({ folder }: { folder: string }): string {
  return execSync(`make -C ${folder}`).toString();
}

server.registerTool("count", { inputSchema: { folder: z.string() } }, scoped(["site:read"], timed(count)));
server.registerTool("build", { inputSchema: { folder: z.string() } }, scoped(["site:read"], timed(build)));
