import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import pg from "pg";
import { z } from "zod";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const server = new McpServer({ name: "customers", version: "1.0.0" });

server.tool(
  "find_customers",
  "Find customers by a part of their name",
  { name: z.string(), limit: z.number().int().max(100).default(20) },
  async ({ name, limit }) => {
    const client = await pool.connect();
    try {
      const result = await client.query(
        `SELECT id, name, email FROM customers WHERE name ILIKE $1 LIMIT ${limit}`,
        [`%${name}%`],
      );
      return { content: [{ type: "text", text: JSON.stringify(result.rows) }] };
    } finally {
      client.release();
    }
  },
);

export default server;
