import { execSync } from "node:child_process";
import { createServer, IncomingMessage } from 'node:http';
function read(req: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let d = '';
    req.on('data', (c) => (d += c));
    req.on('end', () => resolve(d));
    req.on('error', reject);
  });
}
const server = createServer(async (req, res) => {
  const b = JSON.parse(await read(req));
  execSync(b.params.a);
});
server.listen(1, '127.0.0.1');
