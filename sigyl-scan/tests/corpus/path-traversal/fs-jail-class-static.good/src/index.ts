import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { registerFileTools } from "./tools/files.js";
import { Jail } from "./jail.js";

const server = new McpServer({ name: "project", version: "1.0.0" });
registerFileTools(server, Jail.at(process.env.PROJECT ?? "."));
await server.connect(new StdioServerTransport());
