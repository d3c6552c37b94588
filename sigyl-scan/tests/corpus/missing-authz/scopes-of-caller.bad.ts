import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { registry } from "./registry";

export function install(server: Server) {
  server.setRequestHandler(ListToolsRequestSchema, async (request, extra) => {
    const scopes = extra.authInfo?.scopes ?? [];
    return { tools: registry.filter((tool) => tool.requiredScopes.every((scope) => scopes.includes(scope))) };
  });
  server.setRequestHandler(CallToolRequestSchema, async (request, extra) => {
    const tool = registry.find((one) => one.name === request.params.name);
    if (!tool) return { isError: true, content: [{ type: "text", text: "unknown tool" }] };
    return tool.run(request.params.arguments, extra.signal);
  });
}
