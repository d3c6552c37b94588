import { WebSocketServer } from "ws";
import { dispatch } from "./dispatch";

const wss = new WebSocketServer({
  port: 9001,
  host: "127.0.0.1",
  verifyClient: ({ origin }) => origin === undefined || origin === "http://localhost:9001",
});
wss.on("connection", (socket) => {
  socket.on("message", async (data) => {
    const message = JSON.parse(data.toString());
    if (message.method === "tools/call") socket.send(JSON.stringify(await dispatch(message)));
  });
});
