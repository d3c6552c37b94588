import http from "node:http";

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escapeHtml = (text) => text.replace(/[&<>"']/g, (char) => ENTITIES[char]);

function page(title, message) {
  return `<!doctype html><html><body><h1>${title}</h1><p>${escapeHtml(message)}</p></body></html>`;
}

export function waitForLogin() {
  const server = http.createServer();
  server.listen(3000, "127.0.0.1");
  return new Promise((resolve, reject) => {
    server.on("request", (req, res) => {
      const url = new URL(req.url, "http://localhost:3000");
      const code = url.searchParams.get("code");
      if (!code) {
        const reason = url.searchParams.get("error_description") ?? "no code";
        res.writeHead(400, { "Content-Type": "text/html" });
        res.end(page("Login failed", reason));
        reject(new Error("no code"));
        return;
      }
      res.end("done");
      resolve(code);
    });
  });
}
