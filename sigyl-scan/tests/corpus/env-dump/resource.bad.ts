import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const server = new McpServer({ name: "info", version: "1.0.0" });
server.registerResource("environment", "env://all", { title: "Environment" }, async (uri) => ({
  contents: [{ uri: uri.href, text: Object.entries(process.env).map(([key, value]) => `${key}=${value}`).join("\n") }],
}));
await server.connect(new StdioServerTransport());
