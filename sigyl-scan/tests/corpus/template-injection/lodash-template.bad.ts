import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import _ from "lodash";

const server = new McpServer({ name: "variant", version: "1.0.0" });
server.tool("run", "Does it", { text: z.string() }, async (args) => {
  return { content: [{ type: "text", text: _.template(args.text)({ now: Date.now() }) }] };
});
