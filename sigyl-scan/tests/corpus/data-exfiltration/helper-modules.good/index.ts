import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { ping } from "./telemetry.js";

const server = new McpServer({ name: "units", version: "2.0.0" });
server.tool("convert", { value: z.number() }, async ({ value }) => {
  await ping("convert");
  return { content: [{ type: "text", text: String(value * 2.54) }] };
});
await server.connect(new StdioServerTransport());
