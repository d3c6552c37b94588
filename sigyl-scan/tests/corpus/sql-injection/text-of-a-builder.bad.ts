import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { DataSource } from "typeorm";

const source = new DataSource({ type: "postgres" });
const server = new McpServer({ name: "desk", version: "1.0.0" });
server.registerTool("find", { inputSchema: { owner: z.string() } }, async ({ owner }) => {
  const rows = await source.getRepository("note").createQueryBuilder("n").where(`n.owner = '${owner}'`).getMany();
  return { content: [{ type: "text", text: JSON.stringify(rows) }] };
});
