import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import mysql from "mysql2/promise";
import { z } from "zod";

const pool = mysql.createPool({ host: "localhost", user: "reader" });
const server = new McpServer({ name: "rows", version: "1.0.0" });

server.registerTool("rows", { inputSchema: { statement: z.string() } }, async ({ statement }) => {
  const [rows] = await pool.query(`SELECT * FROM (${statement}) AS found LIMIT 100`);
  return { content: [{ type: "text", text: JSON.stringify(rows) }] };
});
