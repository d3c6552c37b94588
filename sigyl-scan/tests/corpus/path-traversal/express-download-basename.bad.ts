import express from "express";
import fs from "fs";
import path from "path";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

const app = express();
app.use(express.json());
const EXPORTS = path.join(__dirname, "..", "exports");

app.post("/mcp", async (req, res) => {
  const server = new McpServer({ name: "exports", version: "1.0.0" });
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await server.connect(transport);
  await transport.handleRequest(req, res, req.body);
});

app.get("/exports/:file", (req, res) => {
  const file = path.join(EXPORTS, req.params.file.replace("../", ""));
  if (!fs.existsSync(file)) {
    res.status(404).json({ error: "not found" });
    return;
  }
  res.setHeader("Content-Type", "text/csv");
  fs.createReadStream(file).pipe(res);
});

app.listen(3000, "127.0.0.1");
