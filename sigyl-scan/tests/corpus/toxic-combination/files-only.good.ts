import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { readFile } from "node:fs/promises";

const server = new McpServer({ name: "workbench", version: "1.0.0" });
server.registerTool("read_file", { description: "Reads a file of the project", inputSchema: { name: z.enum(["README.md", "CHANGES.md"]) } }, async ({ name }) => ({
  content: [{ type: "text", text: await readFile(`/srv/project/${name}`, "utf8") }],
}));
await server.connect(new StdioServerTransport());
