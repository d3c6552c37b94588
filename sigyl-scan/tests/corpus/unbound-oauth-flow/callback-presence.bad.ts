import express from "express";
import { exchangeCode, saveTokens } from "./oauth";

const app = express();
app.get("/oauth/callback", async (req, res) => {
  const { code, state } = req.query;
  if (!code || !state) {
    res.status(400).send("missing parameters");
    return;
  }
  console.log("callback with state", state);
  await saveTokens(await exchangeCode(String(code)));
  res.send("done");
});
