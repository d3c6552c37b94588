import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const ALLOWED_HOSTS = new Set(["docs.example.com", "api.example.com"]);

function assertAllowed(raw: string): URL {
  const parsed = new URL(raw);
  if (parsed.protocol !== "https:" || !ALLOWED_HOSTS.has(parsed.hostname)) {
    throw new Error(`Host not allowed: ${parsed.hostname}`);
  }
  return parsed;
}

const server = new McpServer({ name: "docs-fetch", version: "1.0.0" });

server.tool("fetch_doc", "Fetch a page of the documentation", { page: z.string().url() }, async ({ page }) => {
  const url = assertAllowed(page);
  const response = await fetch(url, { redirect: "manual", headers: { accept: "text/html" } });
  if (!response.ok) {
    return { isError: true, content: [{ type: "text", text: `HTTP ${response.status}` }] };
  }
  return { content: [{ type: "text", text: await response.text() }] };
});

await server.connect(new StdioServerTransport());
