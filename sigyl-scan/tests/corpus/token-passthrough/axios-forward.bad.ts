import axios from "axios";
import express from "express";

const app = express();
app.post("/mcp", express.json(), async (req, res) => {
  const token = req.headers.authorization?.split(" ")[1];
  const answer = await axios.get("https://api.acme.io/v1/tickets", { headers: { Authorization: `Bearer ${token}` } });
  res.json({ jsonrpc: "2.0", id: req.body.id, result: answer.data });
});
