import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { Registry } from "./registry.js";

export class CrmServer {
  private readonly server = new Server({ name: "crm", version: "1.0.0" }, { capabilities: { tools: {} } });
  private readonly registry: Registry;

  constructor(readOnly: boolean) {
    this.registry = new Registry(readOnly);
    this.server.setRequestHandler(ListToolsRequestSchema, this.onList.bind(this));
    this.server.setRequestHandler(CallToolRequestSchema, (request) => this.onCall(request));
  }

  private async onList() {
    return { tools: this.registry.visibleDefinitions() };
  }

  private async onCall(request: any) {
    return this.registry.execute(request.params.name, request.params.arguments);
  }
}
