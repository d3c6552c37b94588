import neo4j from "neo4j-driver";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const driver = neo4j.driver(process.env.GRAPH_URL ?? "bolt://localhost:7687");
const server = new McpServer({ name: "people", version: "1.0.0" });

server.tool("colleagues", { person: z.string(), depth: z.number().int().min(1).max(3) }, async ({ person, depth }) => {
  const session = driver.session();
  try {
    const records = await session.executeRead(async (tx) => {
      const result = await tx.run("MATCH (p:Person {name: '" + person + "'})-[:WORKS_WITH*1.." + depth + "]-(q) RETURN q.name");
      return result.records;
    });
    return { content: [{ type: "text", text: records.map((record) => record.get(0)).join("\n") }] };
  } finally {
    await session.close();
  }
});

export default server;
