import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { readFileSync } from "node:fs";
import { router } from "./router.js";

const server = new McpServer({ name: "desk", version: "1.0.0" });
server.registerTool("grep", { inputSchema: { wanted: z.string() } }, async ({ wanted }) => {
  const known = router.match(wanted);
  const found = readFileSync("/srv/notes.txt", "utf8").includes(wanted);
  return { content: [{ type: "text", text: `${known} ${found}` }] };
});
