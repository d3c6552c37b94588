import express from "express";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";

export class Notes {
  constructor(private readonly server: Server) {}

  async overSse(port: number) {
    const app = express();
    let open: SSEServerTransport | undefined;
    app.get("/sse", async (_req, res) => {
      open = new SSEServerTransport("/messages", res);
      await this.server.connect(open);
    });
    app.post("/messages", async (req, res) => {
      if (!open) return void res.status(400).end();
      await open.handlePostMessage(req, res);
    });
    app.listen(port, "127.0.0.1");
  }
}
