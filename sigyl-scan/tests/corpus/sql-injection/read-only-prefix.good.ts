import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.argv[2] });
const server = new Server({ name: "postgres-readonly", version: "1.0.0" }, { capabilities: { tools: {} } });


server.setRequestHandler(CallToolRequestSchema, async (request) => {
  if (request.params.name !== "query") {
    throw new Error("Unknown tool");
  }
  const sql = request.params.arguments?.sql as string;
  const client = await pool.connect();
  try {
    await client.query("BEGIN TRANSACTION READ ONLY");
    const result = await client.query({ text: sql, values: [] });
    return { content: [{ type: "text", text: JSON.stringify(result.rows) }] };
  } finally {
    await client.query("ROLLBACK");
    client.release();
  }
});

export { server };
