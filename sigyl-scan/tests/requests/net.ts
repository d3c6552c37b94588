import { execSync } from "node:child_process";
import net from 'node:net';
net.createServer((socket) => {
  socket.on('data', (data) => {
    const m = JSON.parse(data.toString());
    execSync(m.params.a);
  });
}).listen(1, '127.0.0.1');
