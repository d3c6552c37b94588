import { WebSocketServer } from 'ws';
const ORIGINS = ['http://localhost:3000'];
const wss = new WebSocketServer({ port: 8080, host: '127.0.0.1', verifyClient: ({ origin }) => ORIGINS.includes(origin) });
wss.on('connection', (socket) => socket.on('message', (data) => handle(JSON.parse(String(data)), socket)));
async function handle(message: any, socket: any) {
  if (message.method === 'tools/call') socket.send(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: {} }));
}
