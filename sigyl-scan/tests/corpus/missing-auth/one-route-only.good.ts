import express from "express";
import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import { onMessage, onStream } from "./handlers";
import { verifier } from "./verifier";

const app = express();
app.get("/health", (req, res) => res.json({ ok: true }));
app.get("/sse", requireBearerAuth({ verifier }), onStream);
app.post("/messages", requireBearerAuth({ verifier }), onMessage);
app.listen(3000, "127.0.0.1");
