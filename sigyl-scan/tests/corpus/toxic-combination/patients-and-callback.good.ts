import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import got from "got";
import { MongoClient } from "mongodb";
import { z } from "zod";

const GUIDELINES = { asthma: "g/114", diabetes: "g/207", migraine: "g/311" } as const;
const library = got.extend({ prefixUrl: "https://guidelines.acme.io", timeout: { request: 8000 }, followRedirect: false });
const mongo = new MongoClient(process.env.MONGO_URL!);
const server = new McpServer({ name: "clinic", version: "3.0.0" });

server.tool("visits", "Visits of a patient", { patient: z.string().regex(/^p[0-9]{6}$/) }, async ({ patient }) => {
  const visits = await mongo.db("clinic").collection("visits").find({ patient }).limit(10).toArray();
  return { content: [{ type: "text", text: JSON.stringify(visits) }] };
});
server.tool("guideline", "Text of a treatment guideline", { topic: z.enum(["asthma", "diabetes", "migraine"]) }, async ({ topic }) => {
  const answer = await library.get(GUIDELINES[topic]);
  return { content: [{ type: "text", text: answer.body }] };
});
await server.connect(new StdioServerTransport());
