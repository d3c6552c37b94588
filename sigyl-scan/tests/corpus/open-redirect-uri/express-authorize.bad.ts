import express from "express";
import { codes } from "./codes";

const app = express();
app.get("/authorize", async (req, res) => {
  const { redirect_uri, state } = req.query as Record<string, string>;
  const code = await codes.issue(req.query.client_id as string);
  const target = new URL(redirect_uri);
  target.searchParams.set("code", code);
  target.searchParams.set("state", state);
  res.redirect(target.toString());
});
