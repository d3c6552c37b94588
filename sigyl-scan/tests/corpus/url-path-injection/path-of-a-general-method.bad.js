import { Client } from "@elastic/elasticsearch";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const client = new Client({ node: process.env.ES_URL, auth: { apiKey: process.env.ES_API_KEY } });
const server = new McpServer({ name: "documents", version: "1.0.0" });

server.tool("get_document", "Reads one document", { index: z.string(), id: z.string() }, async ({ index, id }) => {
  const found = await client.transport.request({ method: "GET", path: ["", index, "_doc", id].join("/") });
  return { content: [{ type: "text", text: JSON.stringify(found) }] };
});
