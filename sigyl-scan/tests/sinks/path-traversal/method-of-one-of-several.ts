import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { readFile } from "node:fs/promises";

class Mail {
  async handleSend(args: any) {
    return this.attach(args.file);
  }
  private async attach(path: string) {
    return readFile(path, "utf8");
  }
}

class Events {
  async handleList(_args: any) {
    return [];
  }
}

const mail = new Mail();
const events = new Events();
const table: Record<string, [any, string]> = {
  send: [mail, "handleSend"],
  events: [events, "handleList"],
};

const server = new Server({ name: "mail", version: "1" }, { capabilities: { tools: {} } });
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const [handler, method] = table[request.params.name];
  const text = await handler[method](request.params.arguments);
  return { content: [{ type: "text", text: JSON.stringify(text) }] };
});
