import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { MongoClient } from "mongodb";
import { z } from "zod";

const orders = new MongoClient(process.env.MONGO_URL!).db("shop").collection("orders");
const server = new McpServer({ name: "orders", version: "1.0.0" });

server.tool("find_orders", { match: z.object({ status: z.string().optional(), number: z.number().optional() }) }, async ({ match }) => {
  const filter = { customer: process.env.CUSTOMER, ...match };
  const found = await orders.find(filter).limit(50).toArray();
  return { content: [{ type: "text", text: JSON.stringify(found) }] };
});
