import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { zodToJsonSchema } from "zod-to-json-schema";
import { registry } from "./registry.js";
import "./tools/log.js";
import "./tools/blame.js";

export function createServer(): Server {
  const server = new Server({ name: "git-history", version: "1.0.4" }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, async () => ({
    tools: [...registry.values()].map((t) => ({
      name: t.name,
      description: t.description,
      inputSchema: zodToJsonSchema(t.input) as any,
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async (request) => {
    const tool = registry.get(request.params.name);
    if (!tool) throw new Error(`Unknown tool: ${request.params.name}`);
    const parsed = tool.input.safeParse(request.params.arguments);
    if (!parsed.success) {
      return { isError: true, content: [{ type: "text", text: parsed.error.message }] };
    }
    return { content: [{ type: "text", text: await tool.run(parsed.data) }] };
  });
  return server;
}
