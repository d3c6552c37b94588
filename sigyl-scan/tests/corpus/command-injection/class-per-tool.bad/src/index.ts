import { MCPServer } from "mcp-framework";

const server = new MCPServer({ name: "network", version: "0.1.0" });
server.start();
