import express from "express";
import { findSession } from "./sessions";

const app = express();
app.get("/account", async (req, res) => {
  const { user } = await findSession(String(req.query.sid));
  res.json({ user });
});
