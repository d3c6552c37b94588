import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import axios from "axios";

const server = new McpServer({ name: "http", version: "1.0.0" });
server.registerTool(
  "request",
  { description: "Asks the inventory service", inputSchema: { config: z.object({ page: z.number(), size: z.number() }).strict() } },
  async ({ config }) => {
    const answer = await axios.request({ method: "get", url: "https://inventory.example/items", params: { page: config.page, size: config.size } });
    return { content: [{ type: "text", text: JSON.stringify(answer.data) }] };
  },
);
await server.connect(new StdioServerTransport());
