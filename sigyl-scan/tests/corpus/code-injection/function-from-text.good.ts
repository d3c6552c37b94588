import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";


const server = new McpServer({ name: "variant", version: "1.0.0" });
server.tool("run", "Does it", { formula: z.string() }, async (args) => {
  if (!/^[0-9x+*\/ ().-]{1,80}$/.test(args.formula)) throw new Error("not a formula");
  const terms = args.formula.split("+").map(Number);
  return { content: [{ type: "text", text: String(terms.length) }] };
});
