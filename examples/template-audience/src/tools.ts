import { randomInt } from "node:crypto";

import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

/** One server for each request: nothing is kept between calls, so there is no session to steal. */
export function createServer(): McpServer {
  const server = new McpServer({ name: "template-audience", version: "1.0.0" });

  server.registerTool(
    "whoami",
    {
      description: "Who the caller is, as the authorization server says.",
      inputSchema: {},
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async (_args, { authInfo }) => ({
      content: [{ type: "text", text: String(authInfo?.extra?.subject) }],
    }),
  );

  server.registerTool(
    "roll_dice",
    {
      description: "Roll dice and tell what came up.",
      inputSchema: { count: z.number().int().min(1).max(20).default(2) },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async ({ count }) => {
      const rolls = Array.from({ length: count }, () => randomInt(1, 7));
      return { content: [{ type: "text", text: rolls.join(", ") }] };
    },
  );

  return server;
}
