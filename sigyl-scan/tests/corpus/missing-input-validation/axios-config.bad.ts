import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import axios from "axios";

const server = new McpServer({ name: "http", version: "1.0.0" });
server.registerTool(
  "request",
  { description: "Asks the inventory service", inputSchema: { config: z.record(z.any()) } },
  async ({ config }) => {
    const answer = await axios.request(config);
    return { content: [{ type: "text", text: JSON.stringify(answer.data) }] };
  },
);
await server.connect(new StdioServerTransport());
