import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from "@modelcontextprotocol/sdk/types.js";
import * as fs from "fs";
import * as path from "path";

class SpecServer {
  private server: Server;
  private baseDir: string;

  constructor() {
    this.baseDir = path.resolve(process.env.SPEC_DIR ?? "specs");
    this.server = new Server({ name: "specs", version: "0.1.0" }, { capabilities: { tools: {} } });
    this.setupHandlers();
  }

  private setupHandlers() {
    this.server.setRequestHandler(ListToolsRequestSchema, async () => ({
      tools: [{ name: "get_spec", description: "Read a spec", inputSchema: { type: "object" } }],
    }));
    this.server.setRequestHandler(CallToolRequestSchema, async (request) => {
      if (request.params.name === "get_spec") {
        return this.getSpec(request.params.arguments);
      } else if (request.params.name === "archive_spec") {
        return this.archiveSpec(request.params.arguments);
      }
      throw new McpError(ErrorCode.MethodNotFound, "unknown tool");
    });
  }

  private ensureInside(target: string): void {
    const resolved = path.resolve(target);
    if (!resolved.includes(this.baseDir)) {
      throw new McpError(ErrorCode.InvalidParams, "path outside of the spec folder");
    }
  }

  private async getSpec(args: any) {
    const file = path.join(this.baseDir, args.spec, "spec.md");
    this.ensureInside(file);
    const text = await fs.promises.readFile(file, "utf-8");
    return { content: [{ type: "text", text }] };
  }

  private async archiveSpec(args: any) {
    const from = path.join(this.baseDir, args.spec);
    const to = path.join(this.baseDir, "archive", args.spec);
    this.ensureInside(from);
    this.ensureInside(to);
    fs.renameSync(from, to);
    return { content: [{ type: "text", text: "archived" }] };
  }

  async run() {
    await this.server.connect(new StdioServerTransport());
  }
}

new SpecServer().run().catch(console.error);
