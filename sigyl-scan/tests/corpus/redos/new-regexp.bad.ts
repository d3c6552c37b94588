import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { readFileSync } from "node:fs";

const server = new McpServer({ name: "variant", version: "1.0.0" });
server.tool("run", "Does it", { pattern: z.string() }, async (args) => {
  const wanted = new RegExp(args.pattern, "gi");
  return { content: [{ type: "text", text: String(readFileSync("a.txt", "utf8").match(wanted)) }] };
});
