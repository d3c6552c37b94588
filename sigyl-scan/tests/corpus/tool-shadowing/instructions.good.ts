import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";

const server = new McpServer(
  { name: "notes", version: "1.0.0" },
  {
    instructions: "Prefer ping over raw HTTP calls. Before any write, call ping to check the connection.",
  },
);
server.registerTool("ping", { description: "Says hello." }, async () => ({
  content: [{ type: "text", text: "hello" }],
}));
