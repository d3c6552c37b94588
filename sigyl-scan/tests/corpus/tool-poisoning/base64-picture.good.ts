import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.registerResource(
  "readme",
  "notes://readme",
  { title: "Readme", description: "A picture, as data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", mimeType: "text/plain" },
  async (uri) => ({ contents: [{ uri: uri.href, text: "Hello." }] }),
);
