import express from "express";
import { rpc } from "./rpc";

const secret = process.env.MCP_SECRET;
if (!secret) {
  console.error("MCP_SECRET is required");
  process.exit(1);
}
const app = express();
app.use((req, res, next) => {
  if (req.get("x-mcp-secret") !== secret) {
    return res.status(401).json({ error: "unauthorized" });
  }
  next();
});
app.post("/mcp", rpc);
app.listen(3000, "127.0.0.1");
