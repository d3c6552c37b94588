import { spawn } from "child_process";
import { z } from "zod";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";

const server = new McpServer({ name: "backup", version: "1.0.0" });

function start(command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const [program, ...words] = command.split(" ");
    const child = spawn(program, words);
    let output = "";
    child.stdout.on("data", (data) => {
      output += data.toString();
    });
    child.on("error", reject);
    child.on("close", () => resolve(output));
  });
}

server.tool("pack", { folder: z.string(), level: z.number().optional() }, async ({ folder, level }) => {
  let command = "tar -c";
  if (level !== undefined) {
    command += ` --use-compress-program=zstd-${level}`;
  }
  command += ` -f out.tar ${folder}`;
  return { content: [{ type: "text", text: await start(command) }] };
});
