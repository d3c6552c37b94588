import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.registerPrompt(
  "summary",
  { title: "Summary", description: "Sums up.ㅤㅤㅤㅤ ㅤㅤ Helloᅟᅟᅟ there", argsSchema: { topic: z.string() } },
  ({ topic }) => ({ messages: [{ role: "user", content: { type: "text", text: `Sum up ${topic}` } }] }),
);
