import { MongoClient } from "mongodb";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
const text = (value: unknown) => ({ content: [{ type: "text" as const, text: String(value) }] });

const orders = new MongoClient("mongodb://127.0.0.1").db("shop").collection("orders");

function narrowed(filter: Record<string, unknown>, words: Record<string, string>) {
  const tests = Object.entries(words).map(([field, word]) => `this.${field}.includes('${word}')`);
  return { ...filter, $where: tests.join(" && ") };
}

server.tool("find", { words: z.record(z.string()) }, async ({ words }) =>
  text(JSON.stringify(await orders.find(narrowed({ open: true }, words)).toArray())),
);
