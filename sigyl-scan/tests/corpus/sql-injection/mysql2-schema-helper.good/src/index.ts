import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { Database } from "./database.js";

const database = new Database();
export const server = new Server({ name: "mysql", version: "1.0.0" }, { capabilities: { tools: {} } });

server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const args = request.params.arguments as { table: string; limit?: number };
  switch (request.params.name) {
    case "describe_table":
      return reply(await database.describe(args.table));
    case "sample_rows":
      return reply(await database.sample(args.table, args.limit ?? 10));
    default:
      throw new Error("Unknown tool");
  }
});

function reply(value: unknown) {
  return { content: [{ type: "text", text: JSON.stringify(value, null, 2) }] };
}
