import { createServer, IncomingMessage } from "node:http";
import type { GatewayOptions } from "./options";
import { answer } from "./answer";

export class Gateway {
  constructor(private readonly options: GatewayOptions) {
    if (!options.token) throw new Error("a token is required");
  }

  private allowed(req: IncomingMessage): boolean {
    const expected = this.options.token;
    return req.headers.authorization === `Bearer ${expected}`;
  }

  listen() {
    createServer(async (req, res) => {
      if (!this.allowed(req)) {
        res.writeHead(401).end();
        return;
      }
      await answer(req, res);
    }).listen(this.options.port, "127.0.0.1");
  }
}
