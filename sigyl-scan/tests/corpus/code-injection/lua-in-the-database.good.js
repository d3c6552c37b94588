import { createClient } from "redis";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const client = createClient({ url: process.env.REDIS_URL });
const COUNT = `
local keys = redis.call('KEYS', ARGV[1])
return #keys
`;

const fill = (script, values) => script.replace(/{{(\w+)}}/g, (_, name) => String(values[name] ?? ""));
const server = new McpServer({ name: "cache", version: "1.0.0" });

server.tool("count", "Counts keys", { pattern: z.string() }, async (options) => {
  const found = await client.eval(COUNT, { arguments: [options.pattern] });
  return { content: [{ type: "text", text: String(found) }] };
});
