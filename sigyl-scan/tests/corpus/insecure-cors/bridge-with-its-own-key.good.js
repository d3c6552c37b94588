import { createServer } from "node:http";

const KNOWN = new Set(["https://preview.acme.io"]);

function fromPreview(req) {
  return KNOWN.has(req.headers.origin) && req.headers.host === "127.0.0.1:7333";
}

function answerHeaders(req) {
  return { "access-control-allow-origin": req.headers.origin ?? "*", "access-control-allow-methods": "POST" };
}

const server = createServer(async (req, res) => {
  if (!fromPreview(req)) {
    res.writeHead(403).end();
    return;
  }
  const upstream = await fetch("https://api.acme.io/mcp", {
    method: "POST",
    headers: { "x-api-key": process.env.ACME_KEY },
    body: req,
  });
  if (upstream.status === 401) console.error("the key was refused");
  res.writeHead(upstream.status, answerHeaders(req));
  res.end(await upstream.text());
});
server.listen(7333, "127.0.0.1");
