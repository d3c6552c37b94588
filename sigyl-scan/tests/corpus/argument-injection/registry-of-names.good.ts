import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const run = promisify(execFile);
const server = new McpServer({ name: "names", version: "1.0.0" });

server.tool("look_up", { name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/i), server: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/i).optional() }, async ({ name, server: host }) => {
  const args = host ? ["-h", host] : [];
  args.push(name);
  const { stdout } = await run("whois", args, { timeout: 15_000 });
  return { content: [{ type: "text", text: stdout }] };
});
