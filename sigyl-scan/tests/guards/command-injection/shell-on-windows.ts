import { spawn } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "packages", version: "1.0.0" });
const PACKAGE = /^(?:@[a-z0-9-]+\/)?[a-z0-9-]+$/;

server.tool("install", { name: z.string() }, async ({ name }) => {
  if (!PACKAGE.test(name)) throw new Error("not a package");
  spawn("npm", ["install", "--", name], { shell: process.platform === "win32" });
  spawn("npm", ["view", name], { shell: false });
  return { content: [{ type: "text", text: "started" }] };
});
