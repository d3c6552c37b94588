import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { everyTool } from "./tools";

const enabled = new Set((process.env.ENABLED_TOOLSETS ?? "core").split(","));
const registry = new Map<string, any>();
for (const tool of everyTool) {
  if (enabled.has(tool.toolset)) registry.set(tool.name, tool);
}
const server = new Server({ name: "crm", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: [...registry.values()] }));
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  return registry.get(request.params.name).run(request.params.arguments);
});
