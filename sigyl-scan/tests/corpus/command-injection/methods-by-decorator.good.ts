import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { execSync } from "node:child_process";
class Args {
  private readonly parts: string[] = [];
  value(v) { this.parts.push(`'${String(v).replace(/'/g, `'\\''`)}'`); return this; }
  option(name, v) { this.parts.push(name); return this.value(v); }
  toString() { return this.parts.join(" "); }
}
class Tools {
  recolor({ color }) { const args = new Args().option("-b", color); return execSync(`magick ${args}`); }
  list() { return "x"; }
}
import { toolsOf } from "./decorators.js";

const instance = new Tools();
const server = new McpServer({ name: "a", version: "1" });
for (const meta of toolsOf(instance)) {
  const method = instance[meta.method].bind(instance);
  server.tool(meta.name, meta.description, meta.shape, async (args) => ({ content: [{ type: "text", text: method(args) }] }));
}
