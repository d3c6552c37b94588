import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import axios from "axios";
const environments = new Map([["a", { baseUrl: "https://x" }]]);
function baseFor(target) { const known = environments.get(target); if (!known) throw new Error("unknown"); return known.baseUrl; }
const server = new McpServer({ name: "a", version: "1" });
server.registerTool("c", { description: "x", inputSchema: { environment: z.string() } }, async ({ environment }) => {
  const res = await axios.request({ url: `${baseFor(environment)}/x` });
  return res.data;
});
