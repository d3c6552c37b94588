import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";


const server = new McpServer({ name: "variant", version: "1.0.0" });
server.tool("run", "Does it", { plugin: z.string() }, async (args) => {
  if (args.plugin !== "csv" && args.plugin !== "xml") throw new Error("unknown plugin");
  const plugin = await import(`./plugins/${args.plugin}.js`);
  return { content: [{ type: "text", text: plugin.run() }] };
});
