import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { Graph } from "./graph.js";

const graph = new Graph();
const server = new Server({ name: "graph", version: "1.0.0" }, { capabilities: { tools: {} } });

server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const args = (request.params.arguments ?? {}) as Record<string, string>;
  if (request.params.name === "find_nodes") {
    const nodes = await graph.find(args.label, args.name);
    return { content: [{ type: "text", text: JSON.stringify(nodes) }] };
  }
  throw new Error("unknown tool");
});

export { server };
