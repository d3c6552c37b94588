import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import ejs from "ejs";

const server = new McpServer({ name: "variant", version: "1.0.0" });
server.tool("run", "Does it", { template: z.string() }, async (args) => {
  return { content: [{ type: "text", text: ejs.render(args.template, { rows: [] }) }] };
});
