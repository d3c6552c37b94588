import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { MongoClient } from "mongodb";

const client = new MongoClient(process.env.MONGO_URL!);
const server = new Server({ name: "tickets", version: "1.0.0" }, { capabilities: { tools: {} } });

server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
  const tickets = client.db("desk").collection("tickets");
  const ticket = await tickets.findOne({ number: params.arguments?.number, pin: params.arguments?.pin });
  return { content: [{ type: "text", text: JSON.stringify(ticket) }] };
});
