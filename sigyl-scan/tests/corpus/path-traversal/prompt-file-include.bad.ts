import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { readFileSync } from "fs";
import { dirname, join } from "path";
import { fileURLToPath } from "url";
import { z } from "zod";

const here = dirname(fileURLToPath(import.meta.url));
const server = new McpServer({ name: "prompts", version: "1.0.0" });

const load = (name: string) => readFileSync(join(here, "prompts", `${name}.md`), "utf-8");

server.prompt("compose", { template: z.string(), topic: z.string() }, ({ template, topic }) => ({
  messages: [{ role: "user", content: { type: "text", text: load(template).replace("{{topic}}", topic) } }],
}));

export default server;
