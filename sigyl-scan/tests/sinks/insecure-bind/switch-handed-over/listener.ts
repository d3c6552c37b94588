import express from "express";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

type Settings = { address: string; port: number; enableDnsRebindingProtection?: boolean };

export class Listener {
  constructor(private settings: Settings) {}

  async open() {
    const app = express();
    app.post("/mcp", async (request, response) => {
      const transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: undefined,
        enableDnsRebindingProtection: this.settings.enableDnsRebindingProtection,
      });
      await transport.handleRequest(request, response, request.body);
    });
    app.listen(this.settings.port, this.settings.address);
  }
}
