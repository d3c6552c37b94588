import express from "express";
import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import { run } from "./tools";
import { verifier } from "./verifier";

const sessions = new Map<string, { userId: string; role: string }>();
const app = express();
app.post("/mcp", requireBearerAuth({ verifier }), express.json(), async (req, res) => {
  const session = sessions.get(req.headers["mcp-session-id"] as string);
  if (!session || session.userId !== req.auth!.extra!.userId) {
    res.status(404).end();
    return;
  }
  res.json(await run(req.body, session.userId));
});
