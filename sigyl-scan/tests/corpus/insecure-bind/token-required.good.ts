import express from "express";
import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import { verifier } from "./verifier";
import { handle } from "./handle";

const app = express();
app.use("/mcp", requireBearerAuth({ verifier }));
app.post("/mcp", handle);
app.listen(3000, "0.0.0.0");
