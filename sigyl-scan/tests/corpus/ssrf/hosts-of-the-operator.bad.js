import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const HOSTS = (process.env.ATTACHMENT_HOSTS ?? "")
  .split(",")
  .map((host) => host.trim().toLowerCase())
  .filter((host) => host.length > 0);

function checked(text) {
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:" && url.protocol !== "data:") {
    throw new Error("only http, https and data addresses");
  }
  if (HOSTS.length > 0 && (url.protocol === "http:" || url.protocol === "https:")) {
    const known = HOSTS.some((host) => {
      return url.hostname === host || url.hostname.endsWith(`.${host}`);
    });
    if (!known) console.error(`${url.hostname} is not a host for attachments`);
  }
  return url;
}

const server = new McpServer({ name: "attachments", version: "1.0.0" });
server.tool("attach", { source: z.string() }, async ({ source }) => {
  const response = await fetch(checked(source));
  return { content: [{ type: "text", text: Buffer.from(await response.arrayBuffer()).toString("base64") }] };
});
