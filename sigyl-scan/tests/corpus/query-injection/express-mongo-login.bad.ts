import express from "express";
import { MongoClient } from "mongodb";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

const app = express();
app.use(express.json());
const db = new MongoClient(process.env.MONGO_URL!).db("gateway");

app.post("/login", async (req, res) => {
  const { user, key } = req.body;
  const found = await db.collection("accounts").findOne({ user, key });
  if (!found) {
    res.status(401).json({ error: "invalid" });
    return;
  }
  res.json({ id: found._id });
});

app.post("/mcp", async (req, res) => {
  const server = new McpServer({ name: "gateway", version: "1.0.0" });
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await server.connect(transport);
  await transport.handleRequest(req, res, req.body);
});

app.listen(8080, "127.0.0.1");
