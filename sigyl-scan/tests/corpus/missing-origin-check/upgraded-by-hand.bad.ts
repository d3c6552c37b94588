import http from "node:http";
import { Bridge } from "./bridge.js";

const bridge = new Bridge();
const server = http.createServer((req, res) => {
  res.writeHead(404);
  res.end();
});
server.on("upgrade", (req, socket, head) => {
  if (req.url !== "/ws") {
    socket.destroy();
    return;
  }
  bridge.handleUpgrade(req, socket, head);
});
server.listen(3055, "127.0.0.1");
