import { MongoClient } from "mongodb";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
const text = (value: unknown) => ({ content: [{ type: "text" as const, text: String(value) }] });

const orders = new MongoClient("mongodb://127.0.0.1").db("shop").collection("orders");

server.tool("find", { name: z.string() }, async ({ name }) => {
  const body = "function (value, name) { return value === name; }";
  const test = { $expr: { $function: { body, args: ["$name", { $literal: name }], lang: "js" } } };
  return text(JSON.stringify(await orders.aggregate([{ $match: test }]).toArray()));
});
