import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { promises as fs } from "fs";
import { safeJoin } from "./safe.js";

const BASE = process.env.TEMPLATES ?? "/opt/templates";
const server = new McpServer({ name: "templates", version: "1.0.0" });

server.tool("get_template", { group: z.string(), name: z.string() }, async ({ group, name }) => {
  const file = safeJoin(BASE, group, name);
  if (file === null) {
    return { isError: true, content: [{ type: "text", text: "not allowed" }] };
  }
  return { content: [{ type: "text", text: await fs.readFile(file, "utf8") }] };
});

server.tool("drop_template", { group: z.string(), name: z.string() }, async ({ group, name }) => {
  const file = safeJoin(BASE, group, name);
  if (!file) throw new Error("not allowed");
  await fs.unlink(file);
  return { content: [{ type: "text", text: "gone" }] };
});

export default server;
