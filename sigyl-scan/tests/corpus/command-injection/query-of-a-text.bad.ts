import { execSync } from "node:child_process";
import { createServer } from "node:http";

createServer((request, response) => {
  const query = new URLSearchParams((request.url ?? "").split("?")[1]);
  const all = Object.fromEntries(query);
  response.end(query.has("all") ? execSync(`du -s ${all.folder}`) : execSync(`ls ${query.get("folder")}`));
}).listen(8080, "127.0.0.1");
