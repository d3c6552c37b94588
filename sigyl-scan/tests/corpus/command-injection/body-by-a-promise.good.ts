import { execFileSync, execSync } from "node:child_process";
import { createServer, type IncomingMessage } from "node:http";

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => resolve(body));
    request.on("error", reject);
  });
}

createServer(async (request, response) => {
  const asked = JSON.parse(await bodyOf(request));
  response.end(execFileSync("du", ["-s", "--", asked.folder]));
}).listen(8080, "127.0.0.1");
