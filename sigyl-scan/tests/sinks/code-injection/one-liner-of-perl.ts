import { execFileSync } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "edit", version: "1.0.0" });
server.tool("lines", { pattern: z.string() }, async ({ pattern }) => ({
  content: [
    { type: "text", text: execFileSync("perl", ["-lne", `print if /${pattern}/`, "notes.txt"]).toString() },
  ],
}));
