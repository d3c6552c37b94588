import { exec } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const jobs: { name: string }[] = [];

async function work() {
  while (jobs.length > 0) {
    const job = jobs.shift();
    exec(`convert "${job?.name}" out.png`);
  }
}

setInterval(work, 500);

const server = new McpServer({ name: "desk", version: "1.0.0" });
server.registerTool("convert", { inputSchema: { name: z.string() } }, async (job) => {
  jobs.push(job);
  return { content: [{ type: "text", text: "queued" }] };
});
