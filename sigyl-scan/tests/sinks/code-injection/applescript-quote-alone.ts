import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { runAppleScript } from "run-applescript";
import { z } from "zod";

function literal(text: string): string {
  return text.replace(/"/g, '" & quote & "');
}

const server = new McpServer({ name: "x", version: "1.0.0" });
server.tool("note", { body: z.string() }, async ({ body }) => {
  const made = await runAppleScript(`tell application "Notes" to make new note with properties {body:"${literal(body)}"}`);
  return { content: [{ type: "text", text: made }] };
});
