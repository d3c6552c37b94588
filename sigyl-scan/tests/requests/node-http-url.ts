import { execSync } from "node:child_process";
import http from 'node:http';
http.createServer((req, res) => {
  const url = new URL(req.url!, 'http://x');
  execSync(url.searchParams.get('a')!);
  res.end();
}).listen(1, '127.0.0.1');
