import { execFile } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebSocketServer } from "ws";

const server = new McpServer({ name: "desk", version: "1.0.0" });
server.registerTool("hello", {}, async () => ({ content: [{ type: "text", text: "hello" }] }));

const sockets = new WebSocketServer({ host: "127.0.0.1", port: 8090 });
sockets.on("connection", (socket) => {
  socket.on("message", (data) => {
    const message = JSON.parse(data.toString());
    if (message.kind === "shot") {
      execFile("screencapture", ["-x", "/srv/shots/shot.png"]);
    }
  });
});
