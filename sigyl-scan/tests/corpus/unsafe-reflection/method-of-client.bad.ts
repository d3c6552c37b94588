import { WebClient } from "@slack/web-api";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "formats", version: "1.0.0" });

server.tool("format", { module: z.string(), text: z.string() }, async ({ module, text }) => {
  const formatter = await import(module);
  return { content: [{ type: "text", text: formatter.default(text) }] };
});
