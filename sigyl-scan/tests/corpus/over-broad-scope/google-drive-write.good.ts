import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { google } from "googleapis";

const SCOPES = ["https://www.googleapis.com/auth/drive"];
const auth = new google.auth.OAuth2(process.env.CLIENT_ID, process.env.CLIENT_SECRET, "http://localhost:3001/callback");
export const loginUrl = auth.generateAuthUrl({ access_type: "offline", scope: SCOPES, client_id: process.env.CLIENT_ID });

const server = new McpServer({ name: "drive", version: "1.0.0" });
server.tool("search_files", { q: z.string() }, async ({ q }) => ({ content: [{ type: "text", text: q }] }));
server.tool("delete_file", { id: z.string() }, async ({ id }) => {
  console.error("delete_file", id);
  await google.drive({ version: "v3", auth }).files.delete({ fileId: id });
  return { content: [{ type: "text", text: "deleted" }] };
});
await server.connect(new StdioServerTransport());
