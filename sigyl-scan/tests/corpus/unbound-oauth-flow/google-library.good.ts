import { randomUUID } from "node:crypto";
import express from "express";
import { OAuth2Client } from "google-auth-library";

const client = new OAuth2Client(process.env.ID, process.env.SECRET, "http://localhost:3000/oauth2callback");
const app = express();
let expected = "";
app.get("/start", (req, res) => {
  expected = randomUUID();
  res.redirect(client.generateAuthUrl({ access_type: "offline", state: expected, scope: ["openid"] }));
});
app.get("/oauth2callback", async (req, res) => {
  if (req.query.state !== expected) {
    res.status(400).end();
    return;
  }
  const { tokens } = await client.getToken(req.query.code as string);
  client.setCredentials(tokens);
  res.send("ok");
});
