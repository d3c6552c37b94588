import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";

const server = new McpServer({ name: "branches", version: "1.0.0" });
const run = promisify(execFile);

server.tool("remove", "Removes a branch", { name: z.string() }, async ({ name }) => {
  const { stdout } = await run("git", ["branch", "-D", name]);
  return { content: [{ type: "text", text: stdout }] };
});
