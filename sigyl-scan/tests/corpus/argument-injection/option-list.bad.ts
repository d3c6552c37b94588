import { spawn } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "commits", version: "1.0.0" });

server.registerTool(
  "log",
  { description: "Shows commits of files", inputSchema: { files: z.array(z.string()) } },
  async ({ files }) => {
    const child = spawn("git", ["log", "--oneline", ...files]);
    return { content: [{ type: "text", text: String(child.pid) }] };
  },
);
