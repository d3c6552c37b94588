import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "files", version: "1.0.0" });

server.registerTool(
  "read",
  { description: "Reads a file of the project", inputSchema: { name: z.string() } },
  async ({ name }) => {
    const place = ["projects", "7", "files", encodeURIComponent(name)].join("/");
    const answer = await fetch(`https://api.example.com/${place}`);
    return { content: [{ type: "text", text: await answer.text() }] };
  },
);
