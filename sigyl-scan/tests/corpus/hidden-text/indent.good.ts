import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";

const server = new McpServer(
  { name: "notes", version: "1.0.0" },
  {
    instructions: "Steps:\n    1. ping\n        - waits\n            - answers\n",
  },
);
server.registerTool("ping", { description: "Says hello." }, async () => ({
  content: [{ type: "text", text: "hello" }],
}));
