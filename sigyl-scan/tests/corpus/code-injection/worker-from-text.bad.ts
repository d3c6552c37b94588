import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { Worker } from "node:worker_threads";

const server = new McpServer({ name: "desk", version: "1.0.0" });
server.registerTool("count", { inputSchema: { unit: z.string() } }, async ({ unit }) => {
  new Worker(`require("./count").in("${unit}")`, { eval: true });
  return { content: [] };
});
