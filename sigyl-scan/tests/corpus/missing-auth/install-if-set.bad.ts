import express from "express";
import { requireKey } from "./require-key";
import { rpc } from "./rpc";

const apiKey = process.env.MCP_API_KEY;
const app = express();
if (apiKey) {
  app.use(requireKey(apiKey));
}
app.post("/mcp", rpc);
app.listen(8080, "127.0.0.1");
