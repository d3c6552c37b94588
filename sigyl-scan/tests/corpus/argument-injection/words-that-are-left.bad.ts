import { spawn } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "clips", version: "1.0.0" });
server.tool("convert", "Converts a clip", { options: z.string() }, async ({ options }) => {
  const words = options.trim().split(/\s+/).filter(Boolean);
  spawn("ffmpeg", ["-i", "in.mp4", ...words, "out.mp4"]);
  return { content: [] };
});
