import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";

const server = new McpServer({ name: "charts", version: "1.0.0" });

server.tool("fetch_chart", { number: z.number() }, async ({ number }) => {
  const answer = await fetch(`https://charts.example.org/${number}`);
  const header = answer.headers.get("content-disposition") ?? "";
  const name = header.split("filename=")[1];
  await writeFile(path.join("/srv/charts", path.basename(name)), Buffer.from(await answer.arrayBuffer()));
  return { content: [{ type: "text", text: "kept" }] };
});
