import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { readFile } from "node:fs/promises";

const server = new McpServer({ name: "workbench", version: "1.0.0" });
server.registerTool("read_file", { description: "Reads a file of the project", inputSchema: { name: z.enum(["README.md", "CHANGES.md"]) } }, async ({ name }) => ({
  content: [{ type: "text", text: await readFile(`/srv/project/${name}`, "utf8") }],
}));
const HOSTS = ["docs.acme.example", "status.acme.example"];
server.registerTool("fetch_page", { description: "Gets a page", inputSchema: { url: z.string().url() } }, async ({ url }) => {
  const parsed = new URL(url);
  if (!HOSTS.includes(parsed.hostname)) {
    throw new Error("not one of our pages");
  }
  const answer = await fetch(parsed, { headers: { accept: "text/html" } });
  return { content: [{ type: "text", text: await answer.text() }] };
});
await server.connect(new StdioServerTransport());
