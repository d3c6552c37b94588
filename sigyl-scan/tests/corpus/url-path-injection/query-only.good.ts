import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import axios from "axios";
import { z } from "zod";

const server = new McpServer({ name: "search", version: "1.0.0" });

server.tool("search", { q: z.string(), page: z.coerce.number().default(1) }, async ({ q, page }) => {
  const params = new URLSearchParams({ q, page: String(page) });
  const response = await axios.get(`https://search.example.com/v1/query?${params.toString()}`);
  const again = await axios.post("https://search.example.com/v1/log", { q, at: Date.now() });
  return { content: [{ type: "text", text: JSON.stringify([response.data, again.status]) }] };
});

export default server;
