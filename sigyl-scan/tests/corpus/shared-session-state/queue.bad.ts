import { createServer } from "node:http";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";

const mcp = new McpServer({ name: "chat", version: "1.0.0" });
let active: SSEServerTransport | undefined;
createServer(async (req, res) => {
  if (req.url === "/sse") {
    const transport = new SSEServerTransport("/messages", res);
    active = transport;
    await mcp.connect(transport);
    return;
  }
  await active?.handlePostMessage(req, res);
}).listen(3000, "127.0.0.1");
