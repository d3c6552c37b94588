import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "wiki", version: "1.0.0" });

class Wiki {
  constructor(private readonly base: string) {}

  async ask(endpoint: string) {
    const response = await fetch(`${this.base}${endpoint}`, { headers: { Authorization: `Bearer ${process.env.WIKI_TOKEN}` } });
    return response.text();
  }

  search(words: string, limit: string) {
    return this.ask(`/search?q=${encodeURIComponent(words)}&limit=${limit}&expand=space`);
  }
}

const wiki = new Wiki(process.env.WIKI_URL ?? "https://wiki.example.org");
server.registerTool("search", { inputSchema: { words: z.string(), limit: z.string() } }, async ({ words, limit }) => {
  return { content: [{ type: "text", text: await wiki.search(words, limit) }] };
});
