import express from "express";
import { OAuth2Client } from "google-auth-library";

const client = new OAuth2Client(process.env.ID, process.env.SECRET, "http://localhost:3000/oauth2callback");
const app = express();
app.get("/start", (req, res) => {
  res.redirect(client.generateAuthUrl({ access_type: "offline", scope: ["https://www.googleapis.com/auth/drive.readonly"] }));
});
app.get("/oauth2callback", async (req, res) => {
  const { tokens } = await client.getToken(req.query.code as string);
  client.setCredentials(tokens);
  res.send("ok");
});
