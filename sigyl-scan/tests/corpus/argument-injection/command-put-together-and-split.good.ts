import { spawn } from "child_process";
import { z } from "zod";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";

const server = new McpServer({ name: "backup", version: "1.0.0" });

function start(program: string, words: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
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
  const words = ["-c"];
  if (level !== undefined) {
    words.push(`--use-compress-program=zstd-${level}`);
  }
  words.push("-f", "out.tar", "--", folder);
  return { content: [{ type: "text", text: await start("tar", words) }] };
});
