import http from "node:http";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";

const show = (text: string) => text;

export function waitForCode(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const listener = http.createServer((req, res) => {
      const url = new URL(req.url ?? "/", `http://127.0.0.1:${port}`);
      const error = url.searchParams.get("error_description") ?? url.searchParams.get("error");
      if (error) {
        res.writeHead(400, { "Content-Type": "text/html" });
        res.end(`<html><body><h1>Authorization failed</h1><p>${show(error)}</p></body></html>`);
        reject(new Error(error));
        return;
      }
      res.writeHead(200, { "Content-Type": "text/html" });
      res.end("<html><body>You may close this window.</body></html>");
      resolve(url.searchParams.get("code") ?? "");
    });
    listener.listen(port, "127.0.0.1");
  });
}

const server = new McpServer({ name: "mail", version: "1.0.0" });
server.tool("login", async () => {
  const code = await waitForCode(8123);
  return { content: [{ type: "text", text: code ? "logged in" : "failed" }] };
});
await server.connect(new StdioServerTransport());
