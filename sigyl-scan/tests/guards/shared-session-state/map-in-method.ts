import express from "express";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";

export class Notes {
  private readonly open = new Map<string, SSEServerTransport>();

  constructor(private readonly make: () => Server) {}

  overSse(port: number) {
    const app = express();
    app.get("/sse", async (_req, res) => {
      const transport = new SSEServerTransport("/messages", res);
      this.open.set(transport.sessionId, transport);
      res.on("close", () => this.open.delete(transport.sessionId));
      await this.make().connect(transport);
    });
    app.post("/messages", async (req, res) => {
      const transport = this.open.get(String(req.query.sessionId));
      if (!transport) return void res.status(404).end();
      await transport.handlePostMessage(req, res);
    });
    app.listen(port, "127.0.0.1");
  }
}
