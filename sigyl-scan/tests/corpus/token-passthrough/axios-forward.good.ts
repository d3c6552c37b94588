import axios from "axios";
import express from "express";
import { tokenFor } from "./exchange.js";

const app = express();
app.post("/mcp", express.json(), async (req, res) => {
  const user = (req as any).auth.extra.userId;
  const token = await tokenFor(user);
  const answer = await axios.get("https://api.acme.io/v1/tickets", { headers: { Authorization: `Bearer ${token}` } });
  res.json({ jsonrpc: "2.0", id: req.body.id, result: answer.data });
});
