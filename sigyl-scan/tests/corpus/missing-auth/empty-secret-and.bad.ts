import express from "express";
import { rpc } from "./rpc";

const secret = process.env.MCP_SECRET;
const app = express();
app.use((req, res, next) => {
  if (secret && req.get("x-mcp-secret") !== secret) {
    return res.status(401).json({ error: "unauthorized" });
  }
  next();
});
app.post("/mcp", rpc);
app.listen(3000, "127.0.0.1");
