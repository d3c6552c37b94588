import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import yargs from "yargs";
import * as actions from "./actions.js";
import { allTools, safeTools } from "./definitions.js";

const argv = yargs(process.argv.slice(2)).option("safe-mode", { type: "boolean", default: false }).parseSync();
const exposedTools = argv.safeMode ? safeTools : allTools;

const server = new Server({ name: "ops", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: exposedTools }));
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const action = (actions as any)[request.params.name];
  return action(request.params.arguments);
});
