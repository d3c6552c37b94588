import { MongoClient } from "mongodb";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const client = new MongoClient(process.env.MONGO_URL!);
const users = client.db("app").collection("users");
const server = new McpServer({ name: "users", version: "1.0.0" });

server.tool("users_older_than", { age: z.string(), city: z.string() }, async ({ age, city }) => {
  const found = await users.find({ $where: `this.age > ${age} && this.city == '${city}'` }).toArray();
  return { content: [{ type: "text", text: JSON.stringify(found) }] };
});

export default server;
