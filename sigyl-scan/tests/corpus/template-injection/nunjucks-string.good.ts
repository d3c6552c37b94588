import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import nunjucks from "nunjucks";

const server = new McpServer({ name: "variant", version: "1.0.0" });
server.tool("run", "Does it", { name: z.string() }, async (args) => {
  return { content: [{ type: "text", text: nunjucks.renderString("Dear {{ name }},", { name: args.name }) }] };
});
