import { execSync } from "node:child_process";
import { WebSocketServer } from 'ws';
const wss = new WebSocketServer({ port: 1, host: '127.0.0.1' });
wss.on('connection', (ws) => {
  ws.on('message', (data) => {
    const m = JSON.parse(data.toString());
    execSync(m.a);
  });
});
