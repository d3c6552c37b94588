import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { createRequire } from "node:module";

const server = new McpServer({ name: "variant", version: "1.0.0" });
server.tool("run", "Does it", { plugin: z.string() }, async (args) => {
  const plugin = require(args.plugin);
  return { content: [{ type: "text", text: plugin.run() }] };
});
