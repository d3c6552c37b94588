import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.argv[2] });
const server = new Server({ name: "postgres-readonly", version: "1.0.0" }, { capabilities: { tools: {} } });

function isReadOnly(sql: string): boolean {
  const normalized = sql.trim().toUpperCase();
  return normalized.startsWith("SELECT") || normalized.startsWith("WITH");
}

server.setRequestHandler(CallToolRequestSchema, async (request) => {
  if (request.params.name !== "query") {
    throw new Error("Unknown tool");
  }
  const sql = request.params.arguments?.sql as string;
  if (!isReadOnly(sql)) {
    throw new Error("Only SELECT statements are allowed");
  }
  const result = await pool.query(sql);
  return { content: [{ type: "text", text: JSON.stringify(result.rows) }] };
});

export { server };
