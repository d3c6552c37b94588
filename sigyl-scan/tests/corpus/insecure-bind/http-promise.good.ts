import http from "node:http";
import { handle } from "./handle";

export class HttpTransport {
  private server = http.createServer(handle);

  start(port: number): Promise<void> {
    return new Promise((resolve) => {
      this.server.listen(port, "localhost", () => resolve());
    });
  }
}
