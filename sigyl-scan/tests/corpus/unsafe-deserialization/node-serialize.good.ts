import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import serialize from "node-serialize";

const server = new McpServer({ name: "variant", version: "1.0.0" });
server.tool("run", "Does it", { state: z.string() }, async (args) => {
  return { content: [{ type: "text", text: String(JSON.parse(args.state)) }] };
});
