import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { createUIResource } from "@mcp-ui/server";
import { z } from "zod";

const server = new McpServer({ name: "charts", version: "1.0.0" });

function card(title: string, rows: string[]): string {
  const items = rows.map((row) => `<li>${escape(row)}</li>`).join("");
  return `<section><h2>${escape(title)}</h2><ul>${items}</ul></section>`;
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#039;");
}

server.registerTool(
  "show_list",
  { description: "Show a list", inputSchema: { title: z.string(), rows: z.array(z.string()) } },
  async ({ title, rows }) => ({
    content: [
      createUIResource({
        uri: "ui://charts/list",
        content: { type: "rawHtml", htmlString: card(title, rows) },
        encoding: "text",
      }),
    ],
  }),
);

export default server;
