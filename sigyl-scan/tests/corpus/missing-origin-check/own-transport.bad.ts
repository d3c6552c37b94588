import * as http from "node:http";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";

export class PlainTransport implements Transport {
  private readonly server = http.createServer((req, res) => this.answer(req, res));

  async start(): Promise<void> {
    this.server.listen(3000, "127.0.0.1");
  }

  private isOurs(req: http.IncomingMessage, res: http.ServerResponse): boolean {
    const origin = req.headers.origin;
    if (!origin) return true;
    const isLocal = origin.includes("localhost") || origin.includes("127.0.0.1");
    if (!isLocal) {
      res.writeHead(403).end("Origin not allowed");
    }
    return isLocal;
  }

  private answer(req: http.IncomingMessage, res: http.ServerResponse): void {
    if (!this.isOurs(req, res)) return;
    const session = req.headers["mcp-session-id"];
    res.end(JSON.stringify({ session }));
  }

  async send(): Promise<void> {}

  async close(): Promise<void> {
    this.server.close();
  }
}
