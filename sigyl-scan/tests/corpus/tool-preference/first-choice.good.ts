import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";

const server = new McpServer(
  { name: "notes", version: "1.0.0" },
  {
    instructions: "Use ping first to check the connection; if it fails, use reconnect.",
  },
);
server.registerTool("ping", { description: "Says hello." }, async () => ({
  content: [{ type: "text", text: "hello" }],
}));
