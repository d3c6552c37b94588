// The server that fakes run in a real engine: what the one in `instance.rs` does, in a container.
import { createServer } from "node:http";

if (process.env.BROKEN) {
  console.error("Error: listen EACCES");
  process.exit(1);
}

const results = {
  initialize: () => ({
    protocolVersion: "2025-06-18",
    capabilities: { tools: {} },
    serverInfo: { name: process.env.RELEASE ?? "", version: "1.0.0" },
  }),
  "tools/list": () => ({
    tools: [{ name: "env", description: "Gives a variable", inputSchema: { type: "object" } }],
  }),
  "tools/call": ({ arguments: { name } }) => ({ content: [{ type: "text", text: process.env[name] ?? "" }] }),
};

createServer(async (request, response) => {
  if (request.url === "/health") return response.end("{}");
  let body = "";
  for await (const chunk of request) body += chunk;
  const { id, method, params } = JSON.parse(body || "{}");
  if (request.url !== "/mcp" || !results[method]) return response.writeHead(404).end();
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ jsonrpc: "2.0", id, result: results[method](params) }));
}).listen(Number(process.env.PORT), () => console.log("listening"));

process.on("SIGTERM", () => process.exit(0));
