import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import * as azdev from "azure-devops-node-api";
import { z } from "zod";

const server = new McpServer({ name: "x", version: "1.0.0" });
server.tool("search", { keyword: z.string() }, async ({ keyword }) => {
  const client = await new azdev.WebApi("https://dev.azure.com/x", handler).getWorkItemTrackingApi();
  const query = `SELECT [System.Id] FROM WorkItems WHERE [System.Title] CONTAINS '${keyword}'`;
  return { content: [{ type: "text", text: JSON.stringify(await client.queryByWiql({ query })) }] };
});
