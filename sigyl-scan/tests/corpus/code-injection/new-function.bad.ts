import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "tables", version: "1.0.0" });
const rows: Array<Record<string, number>> = [];

function compile(filter: string): (row: Record<string, number>) => boolean {
  return new Function("row", `with (row) { return (${filter}); }`) as (row: Record<string, number>) => boolean;
}

server.tool("filter_rows", "Filters rows", { filter: z.string() }, async ({ filter }) => {
  const keep = compile(filter);
  return { content: [{ type: "text", text: JSON.stringify(rows.filter(keep)) }] };
});
