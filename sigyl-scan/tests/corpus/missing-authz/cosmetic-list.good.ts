import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { registry } from "./registry";

const server = new Server({ name: "crm", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, async () => ({
  tools: registry.map((tool) => ({
    name: tool.name,
    inputSchema: tool.schema ? tool.schema : { type: "object" },
    annotations: { readOnlyHint: tool.readOnly ? true : false },
  })),
}));
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  return registry.find((tool) => tool.name === request.params.name)!.run(request.params.arguments);
});
