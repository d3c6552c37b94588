import express from "express";
import { clients } from "./clients";
import { codes } from "./codes";

const app = express();
app.get("/authorize", async (req, res) => {
  const { redirect_uri, state, client_id } = req.query as Record<string, string>;
  const client = await clients.get(client_id);
  if (!client || !client.redirectUris.includes(redirect_uri)) {
    res.status(400).json({ error: "invalid_redirect_uri" });
    return;
  }
  const code = await codes.issue(client_id);
  const target = new URL(redirect_uri);
  target.searchParams.set("code", code);
  target.searchParams.set("state", state);
  res.redirect(target.toString());
});
