import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import axios from "axios";
import { z } from "zod";

const api = axios.create({ baseURL: "https://docs.example.com/api/", headers: { "x-token": process.env.DOCS_TOKEN } });
const server = new McpServer({ name: "docs", version: "1.0.0" });

server.tool("get_doc", { space: z.string(), slug: z.string() }, async ({ space, slug }) => {
  const cleaned = slug.replace("..", "");
  const { data } = await api.get(`spaces/${encodeURIComponent(space)}/docs/${cleaned}`);
  return { content: [{ type: "text", text: JSON.stringify(data) }] };
});

export default server;
