import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { Octokit } from "@octokit/rest";

const octokit = new Octokit({ auth: process.env.FORGE_TOKEN });
const server = new McpServer({ name: "desk", version: "1.0.0" });
server.registerTool("read", { inputSchema: { number: z.number().int() } }, async ({ number }) => {
  const found = await octokit.request(`GET /repos/acme/notes/issues/${number}`);
  return { content: [{ type: "text", text: JSON.stringify(found.data) }] };
});
