import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import path from "node:path";

const run = promisify(execFile);
const server = new McpServer({ name: "clone", version: "1.0.0" });
server.tool("clone", "Clones the team's repository", { target: z.string() }, async ({ target }) => {
  const folder = target.trim();
  const { stdout } = await run("git", ["clone", "https://git.example.com/team.git", folder]);
  return { content: [{ type: "text", text: stdout }] };
});
