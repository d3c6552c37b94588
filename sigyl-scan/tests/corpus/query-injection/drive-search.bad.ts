import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { google } from "googleapis";
import { z } from "zod";

const drive = google.drive("v3");
const server = new McpServer({ name: "files", version: "1.0.0" });

function clauses(name: string): string {
  return ["trashed = false", `'${process.env.SHARED_FOLDER}' in parents`, `name = '${name}'`].join(" and ");
}

server.tool("find_file", { name: z.string() }, async ({ name }) => {
  const found = await drive.files.list({ q: clauses(name), pageSize: 20 });
  return { content: [{ type: "text", text: JSON.stringify(found.data.files) }] };
});
