import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

class Graph {
  constructor(entities) {
    this.entities = entities;
  }
  matcher(query, useRegex) {
    if (useRegex) {
      const parts = query.split("*");
      return (text) => parts.every((part) => text.includes(part));
    }
    const needle = query.toLowerCase();
    return (text) => text.toLowerCase().includes(needle);
  }
  search(query, { regex = false } = {}) {
    const matches = this.matcher(query, regex);
    return this.entities.filter((entity) => matches(entity.name));
  }
}

let graph;
const server = new McpServer({ name: "memory", version: "1.0.0" });
server.registerTool(
  "search",
  { description: "Searches", inputSchema: { query: z.string(), regex: z.boolean().optional() } },
  async ({ query, regex }) => ({ content: [{ type: "text", text: JSON.stringify(graph.search(query, { regex })) }] }),
);

async function main() {
  graph = new Graph([]);
}
main();
