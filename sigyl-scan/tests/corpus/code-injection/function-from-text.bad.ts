import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";


const server = new McpServer({ name: "variant", version: "1.0.0" });
server.tool("run", "Does it", { formula: z.string() }, async (args) => {
  const formula = new Function("x", `return ${args.formula}`);
  return { content: [{ type: "text", text: String(formula(2)) }] };
});
