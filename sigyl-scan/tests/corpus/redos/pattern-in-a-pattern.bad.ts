import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";


const server = new McpServer({ name: "variant", version: "1.0.0" });
server.tool("run", "Does it", { word: z.string(), lines: z.array(z.string()) }, async (args) => {
  const found = args.lines.filter((line) => new RegExp(`^\\s*${args.word}\\b`).test(line));
  return { content: [{ type: "text", text: found.join("\n") }] };
});
