import express from "express";

const app = express();
app.get("/.well-known/oauth-protected-resource", (_req, res) => {
  res.json({
    resource: "https://mcp.acme.example",
    authorization_servers: ["https://login.acme.example"],
    scopes_supported: ["mcp:*", "profile"],
  });
});
app.listen(3000, "127.0.0.1");
