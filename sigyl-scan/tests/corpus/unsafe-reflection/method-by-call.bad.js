const { McpServer } = require("@modelcontextprotocol/sdk/server/mcp.js");
const fs = require("fs");
const { z } = require("zod");

const server = new McpServer({ name: "disk", version: "1.0.0" });
server.tool("disk", "Asks the disk", { what: z.string(), name: z.string() }, async ({ what, name }) => {
  const ask = fs[what + "Sync"];
  return { content: [{ type: "text", text: String(ask.call(fs, "./data/" + encodeURIComponent(name))) }] };
});
