import http from "node:http";
import { readFile } from "node:fs/promises";

function escapeHtml(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;").replace(/'/g, "&#39;");
}

async function failure(reason) {
  const page = await readFile(new URL("./failed.html", import.meta.url), "utf8");
  return page.replace("{{reason}}", escapeHtml(reason));
}

async function refuse(res, status, reason) {
  const page = await failure(reason);
  res.writeHead(status, { "Content-Type": "text/html; charset=utf-8" });
  res.end(page);
}

http
  .createServer(async (req, res) => {
    const url = new URL(req.url ?? "/", "http://127.0.0.1");
    if (url.searchParams.has("error")) {
      await refuse(res, 400, `the login failed: ${url.searchParams.get("error")}`);
      return;
    }
    res.writeHead(404, { "Content-Type": "text/plain" });
    res.end("not here");
  })
  .listen(3000, "127.0.0.1");
