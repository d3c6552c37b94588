import knex from "knex";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const db = knex({ client: "pg", connection: process.env.DATABASE_URL });
const server = new McpServer({ name: "crm", version: "1.0.0" });

type Filter = { field: string; value: string };
const FIELDS = new Set(["city", "country", "segment"]);

function where(filters: Filter[]): { sql: string; bindings: string[] } {
  const parts: string[] = [];
  const bindings: string[] = [];
  for (const { field, value } of filters) {
    parts.push(`${field} = ?`);
    bindings.push(value);
  }
  return { sql: parts.join(" AND "), bindings };
}

server.tool(
  "filter_contacts",
  { filters: z.array(z.object({ field: z.string(), value: z.string() })) },
  async ({ filters }) => {
    const { sql, bindings } = where(filters);
    const rows = await db.raw(`SELECT id, name FROM contacts WHERE ${sql}`, bindings);
    return { content: [{ type: "text", text: JSON.stringify(rows.rows) }] };
  },
);

export default server;
