const http = require("node:http");
const { answer } = require("./answer");

http
  .createServer(async (req, res) => {
    if (req.headers["x-api-key"]) process.env.UPSTREAM_API_KEY = req.headers["x-api-key"];
    await answer(req, res);
  })
  .listen(3000, "127.0.0.1");
