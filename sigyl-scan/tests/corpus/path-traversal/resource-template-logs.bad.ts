import { McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import { readFileSync, readdirSync } from "fs";
import path from "path";

const LOG_ROOT = process.env.LOG_ROOT ?? "/var/log/app";
const server = new McpServer({ name: "logs", version: "2.0.0" });
const NAME = /^[\w.-]+/;

server.resource("index", "logs://index", async (uri) => ({
  contents: [{ uri: uri.href, text: readdirSync(LOG_ROOT).join("\n") }],
}));

server.resource(
  "log",
  new ResourceTemplate("logs://{service}/{file}", { list: undefined }),
  async (uri, { service, file }) => {
    if (!["api", "worker", "cron"].includes(service as string)) {
      throw new Error("unknown service");
    }
    if (!NAME.test(file as string)) {
      throw new Error("bad log name");
    }
    const text = readFileSync(path.join(LOG_ROOT, service as string, file as string), "utf8");
    return { contents: [{ uri: uri.href, mimeType: "text/plain", text }] };
  },
);

export { server };
