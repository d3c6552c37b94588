import express from "express";
import { exchangeCode, saveTokens } from "./oauth";

const pending = new Map<string, number>();
const app = express();
app.get("/oauth/callback", async (req, res) => {
  const { code, state } = req.query;
  if (!code || !pending.delete(String(state))) {
    res.status(400).send("missing parameters");
    return;
  }
  await saveTokens(await exchangeCode(String(code)));
  res.send("done");
});
