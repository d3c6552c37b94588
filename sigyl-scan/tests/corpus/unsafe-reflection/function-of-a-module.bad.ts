import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import * as R from "ramda";
import { z } from "zod";

const server = new McpServer({ name: "shape", version: "1.0.0" });
server.tool("apply", "Applies an operation to rows", { operation: z.string(), rows: z.array(z.any()) }, async (args) => {
  const operation = R[args.operation];
  const answer = operation(args.rows);
  return { content: [{ type: "text", text: JSON.stringify(answer) }] };
});
