#!/usr/bin/env node
const { Server } = require("@modelcontextprotocol/sdk/server/index.js");
const { CallToolRequestSchema } = require("@modelcontextprotocol/sdk/types.js");
const cp = require("child_process");
const util = require("util");
const { z } = require("zod");

const run = util.promisify(cp.exec);
const LogsArgs = z.object({ container: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/), tail: z.number().int().default(100) });

const server = new Server({ name: "containers", version: "1.2.0" }, { capabilities: { tools: {} } });

async function logs(args) {
  const parsed = LogsArgs.safeParse(args);
  if (!parsed.success) {
    throw new Error("Invalid arguments: " + parsed.error.message);
  }
  const { container, tail } = parsed.data;
  const { stdout, stderr } = await run(`docker logs --tail ${tail} ${container} 2>&1`, { maxBuffer: 1024 * 1024 });
  return stdout || stderr;
}

server.setRequestHandler(CallToolRequestSchema, async ({ params: { name, arguments: args } }) => {
  switch (name) {
    case "logs": {
      const text = await logs(args);
      return { content: [{ type: "text", text }] };
    }
    default:
      throw new Error("no such tool");
  }
});
