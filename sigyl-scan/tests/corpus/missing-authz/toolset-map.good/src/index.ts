import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { offered } from "./settings.js";

export const server = new Server({ name: "jira", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: offered() }));
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const tool = offered().find((one) => one.name === request.params.name);
  if (!tool) throw new Error("unknown tool");
  return tool.run(request.params.arguments);
});
