import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { register } from "./register";

let token = process.env.API_TOKEN;
const server = new McpServer({ name: "notes", version: "1.0.0" });
register(server, () => token);

async function main() {
  token ??= await readToken();
  const transport = new StdioServerTransport();
  await server.connect(transport);
}
declare function readToken(): Promise<string>;
main();
