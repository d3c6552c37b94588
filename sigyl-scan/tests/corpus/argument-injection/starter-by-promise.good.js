import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { spawnPromise } from "spawn-rx";

const server = new McpServer({ name: "installer", version: "1.0.0" });
const copy = async (repository, folder) => spawnPromise("git", ["clone", "--depth", "1", "--", repository, folder]);
server.tool("install", { repository: z.string() }, async ({ repository }) => {
  await copy(repository, "/srv/servers/new");
  return { content: [{ type: "text", text: "installed" }] };
});
