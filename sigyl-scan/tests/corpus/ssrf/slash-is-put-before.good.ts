import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const BASE = "https://api.example.com";

function normalise(path: string): string {
  let result = path;
  if (!result.startsWith("/")) {
    result = "/" + result;
  }
  return result;
}

const server = new McpServer({ name: "raw", version: "1.0.0" });
server.tool("get", "Reads from the service", { path: z.string() }, async ({ path }) => {
  const url = `${BASE}${normalise(path)}`;
  const answer = await fetch(url);
  return { content: [{ type: "text", text: await answer.text() }] };
});
