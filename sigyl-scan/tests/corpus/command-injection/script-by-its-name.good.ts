import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const server = new McpServer({ name: "build", version: "1.0.0" });

server.registerTool(
  "build",
  { description: "Builds a target", inputSchema: { target: z.string() } },
  async ({ target }) => {
    const script = join(tmpdir(), "build.sh");
    writeFileSync(script, `cd /srv/app\nmake "$1"\n`);
    const text = execFileSync("sh", [script, target]).toString();
    return { content: [{ type: "text", text }] };
  },
);
