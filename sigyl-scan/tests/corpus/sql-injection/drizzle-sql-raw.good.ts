import { drizzle } from "drizzle-orm/node-postgres";
import { sql } from "drizzle-orm";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const db = drizzle(process.env.DATABASE_URL!);
const server = new McpServer({ name: "events", version: "1.0.0" });

server.tool("events_of", { kind: z.string() }, async ({ kind }) => {
  const rows = await db.execute(sql`select * from events where kind = ${kind}`);
  return { content: [{ type: "text", text: JSON.stringify(rows) }] };
});

export default server;
