import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { promisify } from "node:util";
import { realpath as realpathCb } from "node:fs";
import { open, unlink } from "node:fs/promises";
import { resolve, relative, isAbsolute, sep, dirname, basename } from "node:path";
const realpath = promisify(realpathCb.native);
function invalid(m) { throw new Error(m); }
export function isWithinRoot(root, candidate) {
  const rel = relative(root, candidate);
  return rel === '' || (rel !== '..' && !rel.startsWith(`..${sep}`) && !isAbsolute(rel));
}
function confined(root, candidate) {
    if (!isWithinRoot(root, candidate))
        invalid('Local path must stay within defaults.transferRoot');
}
function lexicalCandidate(root, input) {
    const candidate = resolve(root.canonical, input);
    if (isWithinRoot(root.canonical, candidate))
        return candidate;
    if (isWithinRoot(root.configured, candidate))
        return candidate;
    invalid('Local path must stay within defaults.transferRoot');
}
const root = { canonical: process.env.ROOT, configured: process.env.ROOT2 };
const server = new McpServer({ name: "a", version: "1" });
server.tool("a1", { p: z.string() }, async ({ p }) => {
  const candidate = resolve(root.canonical, p);
  confined(root.canonical, candidate);
  const real = await realpath(candidate);
  confined(root.canonical, real);
  return await open(real, "r");
});
server.tool("a2", { p: z.string() }, async ({ p }) => {
  const lexical = lexicalCandidate(root, p);
  const parent = await realpath(dirname(lexical));
  confined(root.canonical, parent);
  const candidate = resolve(parent, basename(lexical));
  confined(root.canonical, candidate);
  return await open(candidate, "r");
});
async function fileFor(p) {
  try {
    const lexical = lexicalCandidate(root, p);
    const parent = await realpath(dirname(lexical));
    confined(root.canonical, parent);
    return { parent, destination: resolve(parent, basename(lexical)) };
  } catch (err) {
    if (err instanceof TypeError) throw err;
    invalid("no");
  }
}
server.tool("a3", { p: z.string() }, async ({ p }) => {
  const target = await fileFor(p);
  const temporary = resolve(target.parent, `.x-${Math.random()}`);
  await unlink(temporary);
  return await open(target.destination, "w");
});
