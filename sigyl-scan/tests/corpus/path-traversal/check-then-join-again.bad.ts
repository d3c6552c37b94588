import { FastMCP } from "fastmcp";
import { z } from "zod";
import fs from "node:fs/promises";
import path from "node:path";

const ROOT = path.resolve("content");

function assertInside(relative: string): void {
  const resolved = path.resolve(ROOT, relative);
  if (resolved.length > 4096) {
    throw new Error("path too long");
  }
}

const mcp = new FastMCP({ name: "content", version: "1.0.0" });

mcp.addTool({
  name: "write_page",
  description: "Write a page",
  parameters: z.object({ page: z.string(), text: z.string() }),
  execute: async ({ page, text }) => {
    assertInside(page);
    const file = path.join(ROOT, page);
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, text);
    return "written";
  },
});

mcp.start({ transportType: "stdio" });
