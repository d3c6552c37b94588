import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import got from "got";
import { MongoClient } from "mongodb";
import { z } from "zod";

const mongo = new MongoClient(process.env.MONGO_URL!);
const server = new McpServer({ name: "clinic", version: "3.0.0" });

server.tool("visits", "Visits of a patient", { patient: z.string().regex(/^p[0-9]{6}$/) }, async ({ patient }) => {
  const visits = await mongo.db("clinic").collection("visits").find({ patient }).limit(10).toArray();
  return { content: [{ type: "text", text: JSON.stringify(visits) }] };
});
server.tool("guideline", "Text of a treatment guideline", { source: z.string().url() }, async ({ source }) => {
  const answer = await got.get(source, { timeout: { request: 8000 }, retry: { limit: 0 } });
  return { content: [{ type: "text", text: answer.body }] };
});
await server.connect(new StdioServerTransport());
