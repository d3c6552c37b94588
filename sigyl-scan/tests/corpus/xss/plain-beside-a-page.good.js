import http from "node:http";

http
  .createServer((req, res) => {
    const url = new URL(req.url ?? "/", "http://127.0.0.1");
    if (url.pathname === "/") {
      res.writeHead(200, { "Content-Type": "text/html" });
      res.end("<h1>Notes</h1>");
      return;
    }
    res.writeHead(404, { "Content-Type": "text/plain" });
    res.end(`nothing at ${url.searchParams.get("name")}`);
  })
  .listen(3000, "127.0.0.1");
