import { exec } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "batch", version: "1.0.0" });

server.tool("convert", { names: z.array(z.string()) }, async ({ names }) => {
  const pages = [];
  let previous;
  for (let at = 0; at < names.length; at++) {
    for (const size of [64, 128]) {
      if (previous !== undefined) exec(`convert ${previous} -resize ${size} out.png`);
    }
    previous = names[at];
    pages.push(previous);
  }
  return { content: [{ type: "text", text: pages.join("\n") }] };
});
