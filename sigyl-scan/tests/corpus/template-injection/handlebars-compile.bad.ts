import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import Handlebars from "handlebars";

const server = new McpServer({ name: "variant", version: "1.0.0" });
server.tool("run", "Does it", { template: z.string() }, async (args) => {
  return { content: [{ type: "text", text: Handlebars.compile(args.template)({ user: "a" }) }] };
});
