import pg from "pg";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const pool = new pg.Pool();
const server = new McpServer({ name: "tables", version: "1.0.0" });

server.tool("query", { sql: z.string() }, async ({ sql }) => {
  const client = await pool.connect();
  try {
    await client.query("START TRANSACTION READ ONLY");
    const result = await client.query(sql);
    return { content: [{ type: "text", text: JSON.stringify(result.rows) }] };
  } finally {
    await client.query("ROLLBACK");
    client.release();
  }
});
