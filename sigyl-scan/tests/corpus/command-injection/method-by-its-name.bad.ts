import { execSync } from "node:child_process";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";

class Tools {
  constructor(server: Server) {
    server.setRequestHandler(CallToolRequestSchema, async (request) =>
      this.dispatch(request.params.name, request.params.arguments ?? {}),
    );
  }

  private async dispatch(name: string, given: Record<string, unknown>) {
    const method = (this as any)[`tool_${name}`];
    if (typeof method !== "function") throw new Error("no such tool");
    return { content: [{ type: "text", text: String(await method.call(this, given)) }] };
  }

  async tool_list(given: Record<string, unknown>) {
    return execSync(`ls ${given.folder}`);
  }

  async tool_count(given: Record<string, unknown>) {
    return Object.keys(given).length;
  }
}

new Tools(new Server({ name: "folders", version: "1.0.0" }, { capabilities: { tools: {} } }));
