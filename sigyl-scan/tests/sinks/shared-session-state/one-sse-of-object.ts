import express from "express";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";

class Gateway {
  private current?: SSEServerTransport;

  constructor(private readonly server: McpServer) {}

  listen(port: number) {
    const app = express();
    app.get("/events", async (_req, res) => {
      this.current = new SSEServerTransport("/post", res);
      await this.server.connect(this.current);
    });
    app.post("/post", (req, res) => this.take(req, res));
    app.listen(port, "127.0.0.1");
  }

  private async take(req: express.Request, res: express.Response) {
    await this.current?.handlePostMessage(req, res);
  }
}

new Gateway(new McpServer({ name: "notes", version: "1.0.0" })).listen(3000);
