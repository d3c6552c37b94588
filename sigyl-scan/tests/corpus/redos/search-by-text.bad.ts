import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";


const server = new McpServer({ name: "variant", version: "1.0.0" });
server.tool("run", "Does it", { text: z.string(), find: z.string() }, async (args) => {
  return { content: [{ type: "text", text: String(args.text.search(new RegExp(args.find))) }] };
});
