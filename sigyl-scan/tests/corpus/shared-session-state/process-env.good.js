const http = require("node:http");
const { answer } = require("./answer");

http
  .createServer(async (req, res) => {
    await answer(req, res, { apiKey: req.headers["x-api-key"] });
  })
  .listen(3000, "127.0.0.1");
