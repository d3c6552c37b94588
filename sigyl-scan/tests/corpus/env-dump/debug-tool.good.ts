import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const SHOWN = ["NODE_ENV", "LANG", "TZ"];
const server = new McpServer({ name: "ops", version: "1.2.0" });
server.registerTool("diagnose", { description: "Collects what support asks for", inputSchema: {} }, async () => {
  const environment = Object.fromEntries(SHOWN.map((name) => [name, process.env[name] ?? null]));
  const report = { node: process.version, cwd: process.cwd(), environment };
  return { content: [{ type: "text", text: JSON.stringify(report, null, 2) }] };
});
await server.connect(new StdioServerTransport());
