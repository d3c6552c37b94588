import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { catalogue } from "./catalogue.js";

const disabled = new Set((process.env.DISABLED_TOOLS ?? "").split(","));
const server = new Server({ name: "crm", version: "2.0.0" }, { capabilities: { tools: {} } });

server.setRequestHandler(ListToolsRequestSchema, async () => {
  const tools = catalogue.filter((entry) => !disabled.has(entry.name)).map((entry) => entry.schema);
  return { tools };
});

server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const entry = catalogue.find((one) => one.name === request.params.name);
  if (!entry) throw new Error("no such tool");
  return entry.handler(request.params.arguments ?? {});
});
