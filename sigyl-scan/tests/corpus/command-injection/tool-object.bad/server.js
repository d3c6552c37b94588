import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { loadTools } from "project-tools";

const server = new Server({ name: "maker", version: "1.0.0" }, { capabilities: { tools: {} } });
const tools = new Map();
for (const tool of await loadTools()) tools.set(tool.name, tool);

server.setRequestHandler(CallToolRequestSchema, async (request) =>
  tools.get(request.params.name).call({ args: request.params.arguments }),
);
await server.connect(new StdioServerTransport());
