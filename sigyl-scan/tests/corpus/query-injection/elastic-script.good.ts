import { Client } from "@elastic/elasticsearch";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const client = new Client({ node: process.env.ELASTIC_URL! });
const server = new McpServer({ name: "catalog", version: "1.0.0" });

server.tool("rank_products", { boost: z.string(), text: z.string() }, async ({ boost, text }) => {
  const result = await client.search({
    index: "products",
    query: {
      script_score: {
        query: { match: { title: text } },
        script: { source: "_score * params.boost", params: { boost: Number(boost) } },
      },
    },
  });
  return { content: [{ type: "text", text: JSON.stringify(result.hits.hits) }] };
});

export default server;
