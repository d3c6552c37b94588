import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { ConfidentialClientApplication } from "@azure/msal-node";

const client = new ConfidentialClientApplication({ auth: { clientId: process.env.CLIENT_ID!, clientSecret: process.env.CLIENT_SECRET } });
const request = { scopes: ["Mail.Read"] };
export const token = client.acquireTokenByUsernamePassword({ ...request, username: "", password: "" });

const server = new McpServer({ name: "mail", version: "1.0.0" });
server.registerTool(
  "recent_mail",
  { description: "Shows recent mail", inputSchema: { top: z.number() }, annotations: { readOnlyHint: true } },
  async ({ top }) => ({ content: [{ type: "text", text: String(top) }] }),
);
await server.connect(new StdioServerTransport());
