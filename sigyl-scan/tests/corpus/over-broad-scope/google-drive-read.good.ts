import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { google } from "googleapis";

const SCOPES = ["https://www.googleapis.com/auth/drive.metadata.readonly"];
const auth = new google.auth.OAuth2(process.env.CLIENT_ID, process.env.CLIENT_SECRET, "http://localhost:3001/callback");
export const loginUrl = auth.generateAuthUrl({ access_type: "offline", scope: SCOPES, client_id: process.env.CLIENT_ID });

const server = new McpServer({ name: "drive", version: "1.0.0" });
server.tool("search_files", { q: z.string() }, async ({ q }) => {
  const drive = google.drive({ version: "v3", auth });
  const found = await drive.files.list({ q, pageSize: 20 });
  return { content: [{ type: "text", text: JSON.stringify(found.data.files) }] };
});
await server.connect(new StdioServerTransport());
