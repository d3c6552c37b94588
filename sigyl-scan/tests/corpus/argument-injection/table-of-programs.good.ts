import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
const text = (value: unknown) => ({ content: [{ type: "text" as const, text: String(value) }] });

const run = promisify(execFile);
const options = () => [`--host=${process.env.DB_HOST}`, "--skip-comments"];
const PROGRAMS: Record<string, { program: string; options: () => string[] }> = {
  mysql: { program: "mysqldump", options },
  mariadb: { program: "mariadb-dump", options },
};

async function dump(kind: string, { tables, bare }: { tables: string[]; bare: boolean }) {
  const chosen = PROGRAMS[kind];
  const words = chosen.options();
  if (bare) words.push("--no-data");
  const { stdout } = await run(chosen.program, [...words, "--", "shop", ...tables]);
  return stdout;
}

server.tool("dump", { tables: z.array(z.string()), bare: z.boolean() }, async ({ tables, bare }) =>
  text(await dump(process.env.DB_KIND ?? "mysql", { tables, bare })),
);
