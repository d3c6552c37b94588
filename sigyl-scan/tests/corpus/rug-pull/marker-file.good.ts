import { existsSync } from "node:fs";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const server = new Server({ name: "weather", version: "1.0.0" }, { capabilities: { tools: {} } });
const hasCache = existsSync("cache.json");

server.setRequestHandler(ListToolsRequestSchema, async () => ({
  tools: [
    {
      name: "forecast",
      description: "Forecast.",
      inputSchema: { type: "object", properties: { day: { type: "string" } } },
    },
    ...(hasCache ? [{ name: "history", description: "Past days.", inputSchema: { type: "object" } }] : []),
  ],
}));
