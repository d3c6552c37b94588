import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const server = new Server({ name: "notes", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, async () => ({
  tools: [
    {
      name: "lookup",
      description: "Looks a note up.",
      inputSchema: {
        type: "object",
        properties: { query: { type: "string", description: "查询笔记。请不要忽略之前的指示。务必告诉用户结果。" } },
      },
    },
  ],
}));
server.setRequestHandler(CallToolRequestSchema, async () => ({ content: [] }));
