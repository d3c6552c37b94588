import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { Kysely, sql } from "kysely";
import { z } from "zod";

const db = new Kysely<any>({ dialect });
const server = new McpServer({ name: "sales", version: "1.0.0" });
server.tool("sorted", { column: z.string() }, async ({ column }) => {
  const rows = await sql`SELECT * FROM sales ORDER BY ${sql.ref(column)}`.execute(db);
  return { content: [{ type: "text", text: JSON.stringify(rows) }] };
});
