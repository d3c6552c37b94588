import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import path from "node:path";
import mammoth from "mammoth";

const server = new McpServer({ name: "desk", version: "1.0.0" });
server.registerTool("read_document", { inputSchema: { name: z.string() } }, async ({ name }) => {
  const { value } = await mammoth.extractRawText({ path: path.join("/srv/documents", path.basename(name)) });
  return { content: [{ type: "text", text: value }] };
});
