import { Sequelize, QueryTypes } from "sequelize";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const sequelize = new Sequelize(process.env.DATABASE_URL!);

export function register(server: McpServer) {
  server.tool("tickets_for", { user: z.string(), since: z.string() }, async (args) => {
    const { user, since } = args;
    const query = "SELECT * FROM tickets WHERE assignee = '" + user + "' AND created > '" + since + "'";
    const rows = await sequelize.query(query, { type: QueryTypes.SELECT });
    return { content: [{ type: "text", text: JSON.stringify(rows) }] };
  });
}

const server = new McpServer({ name: "tickets", version: "1.0.0" });
register(server);
export default server;
