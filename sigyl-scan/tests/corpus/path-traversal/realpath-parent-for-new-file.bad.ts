import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import fs from "node:fs/promises";
import path from "node:path";

const allowedDirectories = process.argv.slice(2).map((dir) => path.resolve(dir));

async function validatePath(requested: string): Promise<string> {
  const absolute = path.isAbsolute(requested) ? path.resolve(requested) : path.resolve(process.cwd(), requested);
  const ok = allowedDirectories.some((dir) => absolute.startsWith(dir));
  if (!ok) {
    throw new Error(`Access denied - path outside allowed directories: ${absolute}`);
  }
  try {
    const real = await fs.realpath(absolute);
    if (!allowedDirectories.some((dir) => real === dir || real.startsWith(`${dir}${path.sep}`))) {
      throw new Error("Access denied - symlink target outside allowed directories");
    }
    return real;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      throw error;
    }
    const parent = await fs.realpath(path.dirname(absolute));
    if (!allowedDirectories.some((dir) => parent === dir || parent.startsWith(dir + path.sep))) {
      throw new Error("Access denied - parent directory outside allowed directories");
    }
    return absolute;
  }
}

const server = new McpServer({ name: "secure-files", version: "0.6.2" });

server.tool("write_file", "Create a file", { path: z.string(), content: z.string() }, async (args) => {
  const valid = await validatePath(args.path);
  await fs.writeFile(valid, args.content, "utf-8");
  return { content: [{ type: "text", text: `Wrote ${args.path}` }] };
});

server.tool("read_many", { paths: z.array(z.string()) }, async ({ paths }) => {
  const results = await Promise.all(
    paths.map(async (one) => {
      const valid = await validatePath(one);
      return `${one}:\n${await fs.readFile(valid, "utf-8")}`;
    }),
  );
  return { content: [{ type: "text", text: results.join("\n---\n") }] };
});

export default server;
