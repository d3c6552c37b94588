import express from "express";
import { run } from "./tools";

const sessions = new Map<string, { userId: string; role: string }>();
const app = express();
app.post("/mcp", express.json(), async (req, res) => {
  const session = sessions.get(req.headers["mcp-session-id"] as string);
  if (!session) {
    res.status(404).end();
    return;
  }
  res.json(await run(req.body, session.userId));
});
