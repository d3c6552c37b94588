import mysql from "mysql2/promise";
import { FastMCP } from "fastmcp";
import { z } from "zod";

const pool = mysql.createPool({ uri: process.env.MYSQL_URL });
const mcp = new FastMCP({ name: "tables", version: "1.0.0" });

mcp.addTool({
  name: "truncate_table",
  description: "Empty a table of the scratch schema",
  parameters: z.object({ table: z.string() }),
  execute: async ({ table }) => {
    await pool.query(`TRUNCATE TABLE scratch.${mysql.escapeId(table)}`);
    return "emptied";
  },
});

mcp.start({ transportType: "stdio" });
