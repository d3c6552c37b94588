import { execSync } from "node:child_process";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { z } from "zod";

const CallToolSchema = z.object({
  method: z.literal("tools/call"),
  params: z.object({ name: z.string(), arguments: z.record(z.unknown()).optional() }),
});
const server = new Server({ name: "x", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(CallToolSchema, async (request: any) => {
  const { path } = request.params.arguments;
  return { content: [{ type: "text", text: execSync(`ls ${path}`).toString() }] };
});
