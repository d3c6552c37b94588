import { MongoClient } from "mongodb";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
const text = (value: unknown) => ({ content: [{ type: "text" as const, text: String(value) }] });

const orders = new MongoClient("mongodb://127.0.0.1").db("shop").collection("orders");

function narrowed(filter: Record<string, unknown>, word: string) {
  const escaped = String(word).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return { ...filter, title: { $regex: escaped, $options: "i" } };
}

server.tool("find", { word: z.string() }, async ({ word }) =>
  text(JSON.stringify(await orders.find(narrowed({ open: true }, word)).toArray())),
);
