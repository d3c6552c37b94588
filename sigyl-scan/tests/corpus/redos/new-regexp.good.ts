import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { readFileSync } from "node:fs";

const server = new McpServer({ name: "variant", version: "1.0.0" });
server.tool("run", "Does it", { pattern: z.string() }, async (args) => {
  const wanted = args.pattern.toLowerCase();
  return { content: [{ type: "text", text: String(readFileSync("a.txt", "utf8").toLowerCase().includes(wanted)) }] };
});
