import { execFileSync } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "edit", version: "1.0.0" });
server.tool("replace", { from: z.string(), to: z.string() }, async ({ from, to }) => ({
  content: [{ type: "text", text: execFileSync("sed", ["-n", `s/${from}/${to}/p`, "notes.txt"]).toString() }],
}));
