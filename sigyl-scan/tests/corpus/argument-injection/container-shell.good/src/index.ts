import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema, McpError, ErrorCode } from "@modelcontextprotocol/sdk/types.js";
import type { z } from "zod";
import { Engine } from "./engine.js";
import { InspectInput, LogsInput } from "./schemas.js";

type Handler = (args: any) => Promise<unknown>;

class ContainerServer {
  private engine = new Engine();
  private handlers: Record<string, { schema: z.ZodTypeAny; run: Handler }>;

  constructor(private server: Server) {
    this.handlers = {
      container_logs: { schema: LogsInput, run: (a) => this.engine.logs(a.container, a.tail) },
      container_inspect: { schema: InspectInput, run: (a) => this.engine.inspect(a.container) },
    };
    this.server.setRequestHandler(ListToolsRequestSchema, async () => ({
      tools: Object.keys(this.handlers).map((name) => ({ name, inputSchema: { type: "object" as const } })),
    }));
    this.server.setRequestHandler(CallToolRequestSchema, this.onCall.bind(this));
  }

  private async onCall(request: { params: { name: string; arguments?: unknown } }) {
    const entry = this.handlers[request.params.name];
    if (!entry) throw new McpError(ErrorCode.MethodNotFound, "no such tool");
    const args = entry.schema.parse(request.params.arguments ?? {});
    const result = await entry.run(args);
    return { content: [{ type: "text", text: typeof result === "string" ? result : JSON.stringify(result) }] };
  }
}

const server = new Server({ name: "container-desk", version: "2.0.0" }, { capabilities: { tools: {} } });
new ContainerServer(server);
await server.connect(new StdioServerTransport());
