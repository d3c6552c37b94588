import sqlite3 from "sqlite3";
import { promisify } from "node:util";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const db = new sqlite3.Database("inventory.db");
const all = (sql: string, params: unknown[] = []) =>
  new Promise<unknown[]>((resolve, reject) => db.all(sql, params, (error, rows) => (error ? reject(error) : resolve(rows))));

const tools = {
  async search_parts({ term }: { term: string }) {
    return all(`SELECT * FROM parts WHERE title LIKE '%${term}%'`);
  },
  async part({ id }: { id: number }) {
    return all("SELECT * FROM parts WHERE id = ?", [id]);
  },
};

const server = new Server({ name: "parts", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const tool = tools[request.params.name as keyof typeof tools];
  const rows = await tool(request.params.arguments as never);
  return { content: [{ type: "text", text: JSON.stringify(rows) }] };
});

export { server };
