const http = require("node:http");
const { answer } = require("./answer");

http
  .createServer((req, res) => {
    const origin = req.headers.origin;
    if (origin) {
      res.setHeader("Access-Control-Allow-Origin", origin);
      res.setHeader("Access-Control-Allow-Credentials", "true");
    }
    answer(req, res);
  })
  .listen(3000, "127.0.0.1");
