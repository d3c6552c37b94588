// DELIBERATELY VULNERABLE. A test object for scanners; see README.md. Never deploy it.
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { isInitializeRequest } from "@modelcontextprotocol/sdk/types.js";
import express from "express";

import { oauthRoutes } from "./oauth.js";
import { newSessionId, sessions } from "./sessions.js";
import { createServer } from "./tools.js";

const port = Number(process.env.PORT ?? 3000);

const app = express();
app.use(express.json());
app.use(oauthRoutes(`http://127.0.0.1:${port}`));

app.post("/mcp", async (req, res) => {
  // The session table is the login: a known session id is enough, and no token is looked at again.
  const session = sessions.get(String(req.headers["mcp-session-id"]));
  if (session) {
    console.log(`${session.user} called ${req.body.method}`);
    await session.transport.handleRequest(req, res, req.body);
    return;
  }
  if (!isInitializeRequest(req.body)) {
    res.status(404).json({ error: "no such session" });
    return;
  }
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: newSessionId,
    onsessioninitialized: (id) => {
      sessions.set(id, { user: String(req.headers["x-user"] ?? "anonymous"), transport });
    },
  });
  await createServer().connect(transport);
  await transport.handleRequest(req, res, req.body);
});

app.listen(port, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${port}/mcp`));
