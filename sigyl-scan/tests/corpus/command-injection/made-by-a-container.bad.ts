import { exec } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { container, injectable } from "tsyringe";
import { z } from "zod";

@injectable()
class Shell {
  run(line: string) {
    return exec(line);
  }
}

@injectable()
class Notes {
  constructor(private shell: Shell) {}

  list(folder: string) {
    return this.shell.run(`ls ${folder}`);
  }
}

const server = new McpServer({ name: "desk", version: "1.0.0" });
server.registerTool("list", { inputSchema: { folder: z.string() } }, async ({ folder }) => {
  container.resolve(Notes).list(folder);
  return { content: [] };
});
