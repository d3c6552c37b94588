import { execSync } from "node:child_process";
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const sockets = new WebSocketServer({ noServer: true });
const server = createServer();
server.on("upgrade", (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (connection) => {
    connection.on("message", (message) => connection.send(execSync(message.toString())));
  });
});
server.listen(8080, "127.0.0.1");
