import express from "express";
import { rpc } from "./rpc";

const app = express();
app.get("/.well-known/oauth-protected-resource", (req, res) => {
  res.setHeader("Access-Control-Allow-Origin", "*");
  res.json({ resource: "https://mcp.acme.io", authorization_servers: ["https://id.acme.io"] });
});
app.post("/mcp", rpc);
