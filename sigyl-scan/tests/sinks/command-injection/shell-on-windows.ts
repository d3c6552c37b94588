import { spawn } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "packages", version: "1.0.0" });
server.tool("install", { name: z.string() }, async ({ name }) => {
  spawn("npm", ["install", "--", name], { shell: process.platform === "win32" });
  return { content: [{ type: "text", text: "started" }] };
});
