import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { Knex } from "knex";
import { z } from "zod";

export function register(server: McpServer, knex: Knex) {
  server.tool("leads", "Lists leads", { order: z.string().default("created_at desc") }, async ({ order }) => {
    const rows = await knex("leads").select("id", "name").orderByRaw(order).limit(50);
    return { content: [{ type: "text", text: JSON.stringify(rows) }] };
  });
}
