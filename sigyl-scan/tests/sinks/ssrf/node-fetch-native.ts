import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { createFetch } from "node-fetch-native/proxy";
import { z } from "zod";

const fetch = createFetch();
const server = new McpServer({ name: "x", version: "1.0.0" });
server.tool("get", { url: z.string() }, async ({ url }) => {
  const answer = await fetch(url);
  return { content: [{ type: "text", text: await answer.text() }] };
});
