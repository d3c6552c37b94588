import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "releases", version: "1.0.0" });

server.registerTool(
  "download",
  { description: "Downloads a release", inputSchema: { id: z.number().int() } },
  async ({ id }) => {
    const answer = await fetch(`https://releases.example.com/assets/${id}`, { redirect: "manual" });
    const place = answer.headers.get("location");
    const file = place ? await fetch(place) : answer;
    return { content: [{ type: "text", text: await file.text() }] };
  },
);
