import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "tables", version: "1.0.0" });
const rows: Array<Record<string, number>> = [];

function compile(column: string, least: number): (row: Record<string, number>) => boolean {
  return (row) => Object.hasOwn(row, column) && row[column] >= least;
}

server.tool("filter_rows", "Filters rows", { column: z.string(), least: z.number() }, async ({ column, least }) => {
  const keep = compile(column, least);
  return { content: [{ type: "text", text: JSON.stringify(rows.filter(keep)) }] };
});
