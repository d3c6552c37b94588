import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { google } from "googleapis";
import { z } from "zod";

const server = new McpServer({ name: "drive", version: "1.0.0" });
server.tool("find", { text: z.string() }, async ({ text }) => {
  const drive = google.drive("v3");
  let q = "";
  if (!text.trim()) {
    q = "trashed = false";
  } else {
    q = `name contains '${text.trim()}' and trashed = false`;
  }
  const found = await drive.files.list({ q, pageSize: 10 });
  return { content: [{ type: "text", text: JSON.stringify(found.data) }] };
});
