import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import pg from "pg";

const server = new McpServer({ name: "sql", version: "1.0.0" });
server.tool("connect", { database: z.enum(["sales", "stock"]) }, async ({ database }) => {
  const pool = new pg.Pool({ host: process.env.PGHOST, database });
  await pool.query("select 1");
  return { content: [{ type: "text", text: "connected" }] };
});
await server.connect(new StdioServerTransport());
