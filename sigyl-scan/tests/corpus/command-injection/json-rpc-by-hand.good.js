const express = require("express");
const { execFile } = require("child_process");

const app = express();
app.use(express.json());

const tools = {
  dns_lookup(params, done) {
    execFile("nslookup", ["--", params.domain], (error, stdout) => done(error, stdout));
  },
};

app.post("/mcp", (req, res) => {
  const { id, method, params } = req.body;
  if (method === "tools/call") {
    const tool = tools[params.name];
    if (!tool) {
      return res.json({ jsonrpc: "2.0", id, error: { code: -32601, message: "no such tool" } });
    }
    return tool(params.arguments, (error, text) => {
      res.json({ jsonrpc: "2.0", id, result: { content: [{ type: "text", text: error ? error.message : text }] } });
    });
  }
  res.json({ jsonrpc: "2.0", id, result: {} });
});

app.listen(8080, "127.0.0.1");
