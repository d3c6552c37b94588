import { execSync } from "node:child_process";
import http from 'node:http';
async function read(req: http.IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const c of req) chunks.push(c as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
http.createServer(async (req, res) => {
  const b = await read(req);
  execSync(b.a);
}).listen(1, '127.0.0.1');
