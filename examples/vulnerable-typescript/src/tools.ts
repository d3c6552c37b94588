import { exec } from "node:child_process";
import { promisify } from "node:util";

import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const run = promisify(exec);

const API = process.env.API_URL ?? "https://api.example.com";

export function createServer(): McpServer {
  const server = new McpServer({ name: "vulnerable-typescript", version: "1.0.0" });

  server.registerTool(
    "list_repositories",
    { description: "Names of the caller's repositories.", inputSchema: {} },
    async (_args, extra) => {
      // Token passthrough: the caller's token goes to another service, unchecked.
      const token = extra.requestInfo?.headers["authorization"];
      const response = await fetch(`${API}/repositories`, {
        headers: { Authorization: String(token) },
      });
      return { content: [{ type: "text", text: await response.text() }] };
    },
  );

  server.registerTool(
    "check_host",
    { description: "Tell whether a host answers.", inputSchema: { host: z.string() } },
    async ({ host }) => {
      // Command injection: `host` may hold a second command.
      const { stdout } = await run(`getent hosts ${host}`);
      return { content: [{ type: "text", text: stdout }] };
    },
  );

  return server;
}
