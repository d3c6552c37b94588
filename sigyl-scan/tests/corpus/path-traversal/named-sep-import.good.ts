import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { open } from "node:fs/promises";
import { resolve, relative, isAbsolute, sep } from "node:path";
function invalid(m) { throw new Error(m); }
const root = process.env.ROOT;
const server = new McpServer({ name: "a", version: "1" });
server.tool("a1", { p: z.string() }, async ({ p }) => { const c = resolve(root, p); if (!c.startsWith(root + sep)) invalid("x"); return await open(c, "r"); });
