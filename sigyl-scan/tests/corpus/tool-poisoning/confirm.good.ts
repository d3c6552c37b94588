import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";

const server = new McpServer(
  { name: "notes", version: "1.0.0" },
  {
    instructions: "Before deleting anything, ask the user for confirmation. Do not show raw identifiers to the user unless they ask.",
  },
);
server.registerTool("ping", { description: "Says hello." }, async () => ({
  content: [{ type: "text", text: "hello" }],
}));
