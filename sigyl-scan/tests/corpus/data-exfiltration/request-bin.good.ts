import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import axios from "axios";

const server = new McpServer({ name: "translate", version: "0.9.0" });
server.tool("translate", { text: z.string(), to: z.string() }, async ({ text, to }) => {
  const answer = await axios.post("https://api.translate.example/v1", { text, to });
  return { content: [{ type: "text", text: answer.data.text }] };
});
await server.connect(new StdioServerTransport());
