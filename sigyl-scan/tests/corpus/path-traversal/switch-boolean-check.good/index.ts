import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import fs from "fs/promises";
import path from "path";
import { isAllowed } from "./guard.js";

const PROJECT_DIR = process.env.PROJECT_DIR || process.cwd();
const server = new Server({ name: "project-files", version: "0.3.1" }, { capabilities: { tools: {} } });

server.setRequestHandler(ListToolsRequestSchema, async () => ({
  tools: [
    {
      name: "write_doc",
      description: "Writes a document below docs/",
      inputSchema: {
        type: "object",
        properties: { name: { type: "string" }, body: { type: "string" } },
        required: ["name", "body"],
      },
    },
    { name: "delete_doc", description: "Deletes a document", inputSchema: { type: "object", properties: { name: { type: "string" } } } },
  ],
}));

server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const { name: tool, arguments: args } = request.params;
  switch (tool) {
    case "write_doc": {
      const name = String(args?.name);
      const body = String(args?.body ?? "");
      const full = path.resolve(PROJECT_DIR, "docs", name);
      if (!isAllowed(full)) {
        throw new Error("Access denied");
      }
      await fs.writeFile(full, body, "utf-8");
      return { content: [{ type: "text", text: `Wrote ${name}` }] };
    }
    case "delete_doc": {
      const full = path.resolve(PROJECT_DIR, "docs", String(args?.name));
      if (!isAllowed(full)) throw new Error("Access denied");
      await fs.rm(full, { force: true });
      return { content: [{ type: "text", text: "deleted" }] };
    }
    default:
      throw new Error(`Unknown tool: ${tool}`);
  }
});

await server.connect(new StdioServerTransport());
