import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "state", version: "1.0.0" });

server.registerTool("load_state", { description: "Loads a state", inputSchema: { state: z.string() } }, async ({ state }) => {
  const value = JSON.parse(Buffer.from(state, "base64").toString());
  return { content: [{ type: "text", text: Object.keys(value).join(", ") }] };
});
