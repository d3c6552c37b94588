import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { Jail } from "../jail.js";
import { readFile, writeFile } from "node:fs/promises";

export function registerFileTools(server: McpServer, jail: Jail): void {
  server.registerTool(
    "read",
    { description: "Read a file of the project", inputSchema: { path: z.string() } },
    async ({ path }) => {
      const result = await jail.check(path);
      if (!result.ok) {
        return { isError: true, content: [{ type: "text", text: result.reason }] };
      }
      return { content: [{ type: "text", text: await readFile(result.path, "utf8") }] };
    },
  );
  server.registerTool(
    "save",
    { description: "Save a file of the project", inputSchema: { path: z.string(), data: z.string() } },
    async ({ path, data }) => {
      const result = await jail.check(path);
      if (!result.ok) {
        return { isError: true, content: [{ type: "text", text: result.reason }] };
      }
      await writeFile(result.path, data);
      return { content: [{ type: "text", text: "saved" }] };
    },
  );
}
