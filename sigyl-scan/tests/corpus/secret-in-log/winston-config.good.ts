import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

import winston from "winston";

const logger = winston.createLogger({ level: "info", transports: [new winston.transports.Console({ stderrLevels: ["info"] })] });

function loadConfig() {
  return {
    baseUrl: process.env.CRM_URL ?? "https://crm.internal",
    apiKey: process.env.CRM_API_KEY,
    timeoutMs: 10_000,
  };
}

const config = loadConfig();
const { apiKey, ...shown } = config;
logger.info("configuration loaded", { baseUrl: config.baseUrl, hasKey: Boolean(apiKey), timeoutMs: shown.timeoutMs });

const server = new McpServer({ name: "crm", version: "0.3.1" });
server.tool("find_contact", { email: z.string().email() }, async ({ email }) => {
  const answer = await fetch(`${config.baseUrl}/contacts?email=${encodeURIComponent(email)}`, {
    headers: { "X-Api-Key": config.apiKey ?? "" },
  });
  return { content: [{ type: "text", text: await answer.text() }] };
});
await server.connect(new StdioServerTransport());
