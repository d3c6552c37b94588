import { execFileSync, execSync } from "node:child_process";
import { createServer } from "node:http";

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request
    .on("data", (chunk) => chunks.push(chunk))
    .on("end", () => {
      const asked = JSON.parse(Buffer.concat(chunks).toString("utf8"));
      response.end(execSync(`du -s ${asked.folder}`));
    });
}).listen(8080, "127.0.0.1");
