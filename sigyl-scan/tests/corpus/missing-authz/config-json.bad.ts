import { readFileSync } from "node:fs";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { TOOLS, execute } from "./tools.js";

const policy: { blockedTools: string[] } = JSON.parse(readFileSync("policy.json", "utf8"));
const server = new Server({ name: "shop", version: "1.0.0" }, { capabilities: { tools: {} } });

function publicTools() {
  return TOOLS.reduce<typeof TOOLS>((kept, tool) => (policy.blockedTools.includes(tool.name) ? kept : [...kept, tool]), []);
}

server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: publicTools() }));
server.setRequestHandler(CallToolRequestSchema, async (request) => execute(request.params.name, request.params.arguments));
