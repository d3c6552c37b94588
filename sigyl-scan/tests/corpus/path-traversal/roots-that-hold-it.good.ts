import { readFileSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, relative, resolve } from "node:path";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
const text = (value: unknown) => ({ content: [{ type: "text" as const, text: String(value) }] });

const ROOTS = [process.cwd(), tmpdir()].map((root) => realpathSync(root));

function holds(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== "" && !way.startsWith("..") && !isAbsolute(way);
}

function within(path: string): string {
  const real = realpathSync(resolve(path));
  const root = ROOTS.filter((root) => holds(root, real)).sort((a, b) => b.length - a.length)[0];
  if (!root) throw new Error("outside of every root");
  return real;
}

server.tool("read", { path: z.string() }, async ({ path }) => text(readFileSync(within(path), "utf8")));
