import { WebSocketServer } from "ws";
import { attach } from "./attach";

const wss = new WebSocketServer({ port: 8080 });
wss.on("connection", attach);
