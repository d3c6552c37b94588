import * as path from "node:path";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";

const root = process.env.TOOLS_ROOT ?? process.cwd();
const server = new McpServer({ name: "builds", version: "1.0.0" });
for (const tool of JSON.parse(readFileSync(path.join(root, "tools.json"), "utf8"))) {
  const loaded = await import(pathToFileURL(path.join(root, `${tool.file}.js`)).href);
  server.registerTool(tool.name, { description: tool.says, inputSchema: loaded.schema }, loaded.handler);
}
