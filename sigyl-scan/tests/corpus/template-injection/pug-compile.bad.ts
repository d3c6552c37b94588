import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import pug from "pug";

const server = new McpServer({ name: "variant", version: "1.0.0" });
server.tool("run", "Does it", { source: z.string() }, async (args) => {
  return { content: [{ type: "text", text: pug.compile(args.source)({}) }] };
});
