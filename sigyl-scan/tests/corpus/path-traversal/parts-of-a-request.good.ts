import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, join } from "node:path";

createServer(async (request, response) => {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const parts = url.pathname.split("/").filter(Boolean);
  switch (parts[0]) {
    case "reports": {
      if (parts.length !== 3) break;
      response.end(await readFile(join("/srv/reports", basename(decodeURIComponent(parts[2]))), "utf8"));
      return;
    }
  }
  response.writeHead(404).end();
}).listen(8080, "127.0.0.1");
