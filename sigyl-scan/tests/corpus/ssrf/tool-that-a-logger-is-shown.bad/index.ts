import log from "@example/log";
import { load } from "@example/registry";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { fetchPage } from "./fetch.js";

const server = new Server({ name: "docs", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  log.info("known", fetchPage);
  const tool = load([fetchPage.name], request.params.name);
  return tool.call({ args: request.params.arguments });
});
