import { createServer } from "node:http";
import { URL } from "node:url";

const escapeHtml = (s: string): string =>
  s.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

function resultPage(target: string): string {
  return `<html><body><p>Signed in.</p><a href="${escapeHtml(target)}">Back</a></body></html>`;
}

createServer((req, res) => {
  const url = new URL(req.url ?? "/", "http://127.0.0.1");
  const back = url.searchParams.get("return_to") ?? "/";
  res.setHeader("Content-Type", "text/html");
  res.end(resultPage(back.startsWith("https://") || back.startsWith("/") ? back : "/"));
}).listen(9000, "127.0.0.1");
