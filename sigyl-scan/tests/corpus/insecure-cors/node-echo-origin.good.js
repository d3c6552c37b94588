const http = require("node:http");
const { answer } = require("./answer");

const ALLOWED = ["http://localhost:5173"];

http
  .createServer((req, res) => {
    const origin = req.headers.origin;
    if (origin && ALLOWED.includes(origin)) {
      res.setHeader("Access-Control-Allow-Origin", origin);
      res.setHeader("Access-Control-Allow-Credentials", "true");
    }
    answer(req, res);
  })
  .listen(3000, "127.0.0.1");
