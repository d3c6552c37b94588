import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { registry } from "./registry";

const covers = (tool: any, scopes: string[]) => tool.requiredScopes.every((one: string) => scopes.includes(one));

export function install(server: Server) {
  server.setRequestHandler(ListToolsRequestSchema, async (request, extra) => {
    return { tools: registry.filter((tool) => covers(tool, extra.authInfo?.scopes ?? [])) };
  });
  server.setRequestHandler(CallToolRequestSchema, async (request, extra) => {
    const tool = registry.find((one) => one.name === request.params.name);
    if (!tool || !covers(tool, extra.authInfo?.scopes ?? [])) throw new Error("not allowed");
    return tool.run(request.params.arguments, extra.signal);
  });
}
