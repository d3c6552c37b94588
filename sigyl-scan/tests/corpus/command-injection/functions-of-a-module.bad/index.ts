import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import * as tools from "./tools.js";

const server = new Server({ name: "folders", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const tool = (tools as Record<string, (given: any) => unknown>)[request.params.name];
  if (!tool) throw new Error("no such tool");
  return { content: [{ type: "text", text: String(await tool(request.params.arguments)) }] };
});
