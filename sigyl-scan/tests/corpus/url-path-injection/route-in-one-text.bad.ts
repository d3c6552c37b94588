import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { Octokit } from "@octokit/rest";

const octokit = new Octokit({ auth: process.env.FORGE_TOKEN });
const server = new McpServer({ name: "desk", version: "1.0.0" });
server.registerTool("read", { inputSchema: { file: z.string() } }, async ({ file }) => {
  const found = await octokit.request(`GET /repos/acme/notes/contents/${file}`);
  return { content: [{ type: "text", text: JSON.stringify(found.data) }] };
});
