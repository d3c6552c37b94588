import Handlebars from "handlebars";
import ejs from "ejs";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "mails", version: "1.0.0" });

server.registerTool(
  "preview",
  { description: "Shows a mail", inputSchema: { greeting: z.string(), name: z.string() } },
  async ({ greeting, name }) => {
    const html = ejs.render(`<p>${greeting}, <%= name %></p>`, { name });
    return { content: [{ type: "text", text: html }] };
  },
);
