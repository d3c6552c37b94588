import net from "node:net";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "whois", version: "1.0.0" });

function ask(query: string, host: string, port = 43): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = new net.Socket();
    const chunks: Buffer[] = [];
    socket.connect(port, host, () => socket.write(`${query}\r\n`));
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("end", () => resolve(Buffer.concat(chunks).toString()));
    socket.on("error", reject);
  });
}

server.tool("whois", { query: z.string(), server: z.string() }, async ({ query, server: host }) => ({
  content: [{ type: "text", text: await ask(query, host) }],
}));
