import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import fetch from "node-fetch";
import { z } from "zod";

const ISSUE = /^https:\/\/tracker\.example\.com\/issues\/\d+$/;

export const inputSchema = { issueUrl: z.string().describe("URL of an issue") };

export async function getIssue({ issueUrl }: { issueUrl: string }) {
  if (!issueUrl.match(ISSUE)) {
    throw new Error("Not an issue of the tracker");
  }
  const response = await fetch(issueUrl + ".json", { headers: { Authorization: `Bearer ${process.env.TRACKER}` } });
  return { content: [{ type: "text" as const, text: JSON.stringify(await response.json()) }] };
}

const server = new McpServer({ name: "tracker", version: "1.0.0" });
server.registerTool("get_issue", { description: "An issue", inputSchema }, getIssue);
export default server;
