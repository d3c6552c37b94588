import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import clipboardy from "clipboardy";

const server = new McpServer({ name: "clipboard", version: "1.1.0" });
server.tool("paste", {}, async () => ({ content: [{ type: "text", text: clipboardy.readSync() }] }));
await server.connect(new StdioServerTransport());
