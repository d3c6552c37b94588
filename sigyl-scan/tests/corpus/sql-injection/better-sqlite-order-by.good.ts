import Database from "better-sqlite3";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const db = new Database(process.env.TASKS_DB ?? "tasks.db");
const server = new McpServer({ name: "tasks", version: "0.9.0" });
const COLUMNS = ["title", "created_at", "priority"];

server.registerTool(
  "list_tasks",
  {
    description: "List tasks",
    inputSchema: { status: z.enum(["open", "done"]), orderBy: z.string().default("created_at"), desc: z.boolean().optional() },
  },
  async ({ status, orderBy, desc }) => {
    const column = COLUMNS.includes(orderBy) ? orderBy : "created_at";
    const statement = db.prepare(`SELECT * FROM tasks WHERE status = ? ORDER BY ${column} ${desc ? "DESC" : "ASC"}`);
    return { content: [{ type: "text", text: JSON.stringify(statement.all(status)) }] };
  },
);

export default server;
