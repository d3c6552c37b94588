import { createHash } from "node:crypto";
import express from "express";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { build } from "./server.js";

interface Open {
  transport: StreamableHTTPServerTransport;
  owner: string;
}

const sessions = new Map<string, Open>();
const app = express();

function whose(req: express.Request): string {
  return createHash("sha256").update(String(req.headers["x-crm-token"])).digest("hex");
}

function ownsSession(req: express.Request, id: string): boolean {
  return sessions.get(id)?.owner === whose(req);
}

app.post("/mcp", async (req, res) => {
  const id = req.headers["mcp-session-id"] as string | undefined;
  if (id && sessions.has(id)) {
    if (!ownsSession(req, id)) {
      res.status(403).json({ error: "this session is somebody else's" });
      return;
    }
    await sessions.get(id)!.transport.handleRequest(req, res, req.body);
    return;
  }
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => crypto.randomUUID() });
  await build(String(req.headers["x-crm-token"])).connect(transport);
  await transport.handleRequest(req, res, req.body);
  sessions.set(transport.sessionId!, { transport, owner: whose(req) });
});
app.listen(3000, "127.0.0.1");
