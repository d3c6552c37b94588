import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import * as mathjs from "mathjs";

const server = new McpServer({ name: "variant", version: "1.0.0" });
server.tool("run", "Does it", { name: z.string(), value: z.number() }, async (args) => {
  return { content: [{ type: "text", text: String(mathjs[args.name](args.value)) }] };
});
