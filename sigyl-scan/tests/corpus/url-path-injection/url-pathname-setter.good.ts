import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "registry", version: "1.0.0" });

server.tool("package_info", { name: z.string(), version: z.string().optional() }, async ({ name, version }) => {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) throw new Error("bad name");
  if (version !== undefined && !/^\d+\.\d+\.\d+$/.test(version)) throw new Error("bad version");
  const url = new URL(`/packages/${name}/${version ?? "latest"}`, "https://registry.example.com");
  url.searchParams.set("format", "json");
  const response = await fetch(url);
  return { content: [{ type: "text", text: await response.text() }] };
});

export default server;
