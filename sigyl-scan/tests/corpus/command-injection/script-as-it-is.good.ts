import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { writeFileSync } from "node:fs";
import { z } from "zod";

const server = new McpServer({ name: "editor", version: "1.0.0" });

server.registerTool(
  "save",
  { description: "Saves the script that is shown", inputSchema: { content: z.string() } },
  async ({ content }) => {
    writeFileSync("/srv/editor/draft.sh", content);
    return { content: [{ type: "text", text: "saved" }] };
  },
);
