import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { JSONPath } from "jsonpath-plus";
import { z } from "zod";

const server = new McpServer({ name: "json", version: "1.0.0" });
server.tool("query", "Queries a document", { document: z.string(), path: z.string() }, async ({ document, path }) => {
  const found = JSONPath({ path, json: JSON.parse(document) });
  return { content: [{ type: "text", text: JSON.stringify(found) }] };
});
