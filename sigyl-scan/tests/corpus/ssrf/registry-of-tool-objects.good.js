import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";

class PlannerClient {
  baseUrl = "https://planner.acme.io";

  resolve(path) {
    if (!/^https?:\/\//.test(path)) return `${this.baseUrl}/${path}`;
    if (new URL(path).origin !== new URL(this.baseUrl).origin) throw new Error("not a link of the planner");
    return path;
  }

  async get(path) {
    const response = await fetch(this.resolve(path));
    return response.json();
  }
}

class BaseTool {
  constructor(schema, tool) {
    this.schema = schema;
    this.tool = tool;
  }

  async handle(args) {
    return this.process(this.schema.parse(args));
  }
}

class CountTool extends BaseTool {
  constructor() {
    super(z.object({ board: z.number() }), { name: "count_cards", description: "Counts the cards of a board" });
    this.client = new PlannerClient();
  }

  async process(args) {
    const cards = await this.client.get(`boards/${args.board}/cards`);
    return { content: [{ type: "text", text: String(cards.length) }] };
  }
}

class PageTool extends BaseTool {
  constructor() {
    super(z.object({ next: z.string() }), { name: "next_page", description: "Reads the next page of cards" });
    this.client = new PlannerClient();
  }

  async process(args) {
    const page = await this.client.get(args.next);
    return { content: [{ type: "text", text: JSON.stringify(page) }] };
  }
}

const registry = new Map();
function register(tool) {
  registry.set(tool.tool.name, tool);
}
register(new CountTool());
register(new PageTool());

const server = new Server({ name: "planner", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const tool = registry.get(request.params.name);
  return tool.handle(request.params.arguments);
});
