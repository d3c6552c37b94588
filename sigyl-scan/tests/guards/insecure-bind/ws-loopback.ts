import { WebSocketServer } from 'ws';
const wss = new WebSocketServer({ port: 8080, host: '127.0.0.1' });
wss.on('connection', (socket) => socket.on('message', (data) => handle(JSON.parse(String(data)), socket)));
async function handle(message: any, socket: any) {
  if (message.method === 'tools/call') socket.send(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: {} }));
}
