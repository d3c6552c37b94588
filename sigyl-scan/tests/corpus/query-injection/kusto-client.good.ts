import { Client, KustoConnectionStringBuilder } from "azure-kusto-data";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const kcsb = KustoConnectionStringBuilder.withAzLoginIdentity(process.env.CLUSTER!);
const client = new Client(kcsb);
const server = new McpServer({ name: "adx", version: "1.0.0" });

function literal(value: string): string {
  return JSON.stringify(value);
}

server.tool("errors_of", "Errors of a service", { service: z.string(), hours: z.number() }, async ({ service, hours }) => {
  const query = `Logs | where Timestamp > ago(${hours}h) | where Service == ${literal(service)} | take 100`;
  const result = await client.execute("telemetry", query);
  return { content: [{ type: "text", text: result.primaryResults[0].toString() }] };
});

export default server;
