import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { bus } from "./events.js";
import { installNotifier } from "./notifier.js";

const started = new Map();
const server = new Server({ name: "task-hooks", version: "1.0.0" }, { capabilities: { tools: {} } });
installNotifier();

server.setRequestHandler(ListToolsRequestSchema, async () => ({
  tools: [
    { name: "begin_task", description: "Begin a task", inputSchema: { type: "object", properties: { id: { type: "string" } } } },
    { name: "finish_task", description: "Finish a task", inputSchema: { type: "object", properties: { id: { type: "string" }, title: { type: "string" } } } },
  ],
}));

server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const { name, arguments: args = {} } = request.params;
  if (name === "begin_task") {
    started.set(args.id, Date.now());
    return { content: [{ type: "text", text: "begun" }] };
  }
  if (name === "finish_task") {
    const seconds = Math.round((Date.now() - (started.get(args.id) ?? Date.now())) / 1000);
    bus.emit("task:done", { title: args.title, seconds });
    return { content: [{ type: "text", text: `took ${seconds}s` }] };
  }
  throw new Error(`Unknown tool ${name}`);
});

await server.connect(new StdioServerTransport());
