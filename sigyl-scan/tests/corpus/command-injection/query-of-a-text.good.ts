import { execSync } from "node:child_process";
import { createServer } from "node:http";

createServer((request, response) => {
  const query = new URLSearchParams((request.url ?? "").split("?")[1]);
  const depth = Number(query.get("depth"));
  if (!Number.isInteger(depth)) {
    response.writeHead(400).end();
    return;
  }
  response.end(execSync(`du -d ${depth} /srv`));
}).listen(8080, "127.0.0.1");
