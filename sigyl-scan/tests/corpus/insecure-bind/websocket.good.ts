import { WebSocketServer } from "ws";
import { attach } from "./attach";

const wss = new WebSocketServer({ port: 8080, host: "127.0.0.1" });
wss.on("connection", attach);
