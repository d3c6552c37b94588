import { randomBytes } from "node:crypto";
import { Router } from "express";
import { find, register } from "./clients.js";
import { isPermitted } from "./redirects.js";
import { currentUser } from "./session.js";

export const oauth = Router();
const codes = new Map<string, { client: string; user: string; challenge: string; expires: number }>();

oauth.post("/register", (req, res) => {
  const uris = (req.body.redirect_uris ?? []) as string[];
  const client = register({ id: randomBytes(12).toString("hex"), redirectUris: uris });
  res.status(201).json({ client_id: client.id, redirect_uris: uris });
});

oauth.get("/authorize", async (req, res) => {
  const { client_id, redirect_uri, state, code_challenge } = req.query as Record<string, string>;
  const client = find(client_id);
  if (!client) return void res.status(400).send("unknown client");
  if (!isPermitted(client, redirect_uri)) return void res.status(400).send("redirect_uri is not registered");
  const user = await currentUser(req);
  if (!user) return void res.redirect("/login");
  const code = randomBytes(24).toString("base64url");
  codes.set(code, { client: client_id, user: user.id, challenge: code_challenge, expires: Date.now() + 60_000 });
  const target = new URL(redirect_uri);
  target.searchParams.set("code", code);
  if (state) target.searchParams.set("state", state);
  res.redirect(target.toString());
});
