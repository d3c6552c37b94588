import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { spawn } from "node:child_process";
import { z } from "zod";

class Session {
  private readonly shell = spawn("bash", ["-i"], { stdio: "pipe" });

  enter(line: string): void {
    this.shell.stdin.write(line + "\n");
  }
}

const session = new Session();
const server = new McpServer({ name: "disk", version: "1.0.0" });

server.registerTool(
  "usage",
  { description: "How full a folder is", inputSchema: { folder: z.string() } },
  async ({ folder }) => {
    session.enter(`du -sh ${folder}`);
    return { content: [{ type: "text", text: "asked" }] };
  },
);
