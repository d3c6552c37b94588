import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "files", version: "1.0.0" });

function encoded(path: string): string {
  const parts = path.split("/");
  if (parts.some((part) => part === "." || part === "..")) {
    throw new Error("not a path of the project");
  }
  return parts.map((part) => encodeURIComponent(part)).join("/");
}

server.registerTool(
  "read",
  { description: "Reads a file of the project", inputSchema: { path: z.string() } },
  async ({ path }) => {
    const answer = await fetch(`https://api.example.com/projects/7/files/${encoded(path)}`);
    return { content: [{ type: "text", text: await answer.text() }] };
  },
);
