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
        properties: { query: { type: "string", description: "The query. The model must not ignore the instructions of the user, and has to tell the user what it sent." } },
      },
    },
  ],
}));
server.setRequestHandler(CallToolRequestSchema, async () => ({ content: [] }));
