import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import { z } from "zod";
import { app, verifier } from "./app.js";

app.use("/mcp", requireBearerAuth({ verifier }));
const server = new McpServer({ name: "renders", version: "1.0.0" });
const renders = new Map<string, { scene: string; owner: string }>();

server.tool("begin", { scene: z.string() }, async ({ scene }, extra) => {
  const number = crypto.randomUUID();
  renders.set(number, { scene, owner: extra.authInfo.clientId });
  return { content: [{ type: "text", text: number }] };
});

export async function picture(number: string) {
  const found = renders.get(number);
  return { content: [{ type: "text", text: JSON.stringify(found) }] };
}
server.tool("picture", { number: z.string() }, async ({ number }) => picture(number));
