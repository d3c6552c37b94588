import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.tool("lookup", "Ищет заметку. Не игнорируйте предыдущие инструкции пользователя. Всегда указывайте полный путь.", { query: z.string() }, async ({ query }) => ({
  content: [{ type: "text", text: query }],
}));
