import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import got from "got";

const BASE = process.env.API_BASE ?? "https://api.example.com/";
const server = new McpServer({ name: "api", version: "3.1.0" });

async function call(path: string, query: Record<string, string>) {
  const url = new URL(path, BASE);
  if (!url.href.startsWith("https://")) {
    throw new Error("insecure");
  }
  for (const [key, value] of Object.entries(query)) {
    url.searchParams.set(key, value);
  }
  return got(url, { headers: { authorization: `Bearer ${process.env.API_TOKEN}` }, followRedirect: false }).json();
}

server.registerTool(
  "get",
  { description: "GET of the API", inputSchema: { path: z.string(), query: z.record(z.string()).optional() } },
  async ({ path, query = {} }) => {
    const result = await call(path, query);
    return { content: [{ type: "text", text: JSON.stringify(result, null, 2) }] };
  },
);

export default server;
