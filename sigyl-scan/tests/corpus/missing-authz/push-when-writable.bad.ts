import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { dropTable, dropTableTool, query, queryTool } from "./sql.js";

export function createServer(options: { allowWrite: boolean }) {
  const server = new Server({ name: "sql", version: "1.0.0" }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, async () => {
    const tools = [queryTool];
    if (options.allowWrite) tools.push(dropTableTool);
    return { tools };
  });
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    switch (params.name) {
      case "query":
        return query(params.arguments);
      case "drop_table":
        return dropTable(params.arguments);
      default:
        throw new Error("unknown tool");
    }
  });
  return server;
}
