import express from "express";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

const app = express();
const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });

function report(name: string): string {
  if (!/^[a-z]+$/.test(name)) {
    throw new Error("no such report");
  }
  return name;
}

app.get("/reports", (req, res) => {
  try {
    res.json({ report: report(String(req.query.name)) });
  } catch (error) {
    res.status(404).send(`<h1>${(error as Error).message}</h1>`);
  }
});

app.post("/mcp", (req, res) => transport.handleRequest(req, res));
