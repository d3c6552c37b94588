import { DOMParser } from "@xmldom/xmldom";
import xpath from "xpath";
import { readFileSync } from "node:fs";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const doc = new DOMParser().parseFromString(readFileSync("employees.xml", "utf8"), "text/xml");
const server = new McpServer({ name: "employees", version: "1.0.0" });

server.tool("employee", { id: z.string() }, async ({ id }) => {
  const nodes = xpath.select(`//employee[@id='${id}']/name/text()`, doc as unknown as Node);
  return { content: [{ type: "text", text: String(nodes) }] };
});

export default server;
