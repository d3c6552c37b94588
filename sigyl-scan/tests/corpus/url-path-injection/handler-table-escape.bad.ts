import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import fetch from "node-fetch";

type Args = { [key: string]: any };

const BASE = new URL("https://queue.example.com/");

function endpoint(...segments: string[]): string {
  return BASE + segments.join("/");
}

const tools: Record<string, (args: Args) => Promise<unknown>> = {
  async peek({ queue }) {
    const response = await fetch(endpoint("queues", queue, "peek"));
    return response.json();
  },
  async purge({ queue }) {
    const response = await fetch(endpoint("queues", queue, "messages"), { method: "DELETE" });
    return response.status;
  },
};

const server = new Server({ name: "queue", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(CallToolRequestSchema, async ({ params: { name, arguments: args } }) => {
  const result = await tools[name](args ?? {});
  return { content: [{ type: "text", text: JSON.stringify(result) }] };
});

export { server };
