import express from "express";
import { hostHeaderValidation } from "@modelcontextprotocol/sdk/server/middleware/hostHeaderValidation.js";
import { handle } from "./handle";

const app = express();
app.use(hostHeaderValidation((process.env.ALLOWED_HOSTS ?? "localhost").split(",")));
app.post("/mcp", handle);
app.listen(3000, process.env.HOST ?? "0.0.0.0");
