import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { execSync, exec, spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import { z } from "zod";
const server = new McpServer({ name: "x", version: "1" });

const sh = (s: TemplateStringsArray, ...v: string[]) => execSync(String.raw(s, ...v)).toString();
server.tool("t", { path: z.string() }, async ({ path }) => ({ content: [{ type: "text", text: sh`ls ${path}` }] }));
