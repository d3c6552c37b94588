import express from "express";
import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import { onMessage, onStream } from "./handlers";
import { verifier } from "./verifier";

const app = express();
const auth = requireBearerAuth({ verifier });
app.use(["/sse", "/messages"], auth);
app.get("/sse", onStream);
app.post("/messages", onMessage);
app.listen(3000, "127.0.0.1");
