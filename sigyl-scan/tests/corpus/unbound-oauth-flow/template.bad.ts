import { createServer } from "node:http";
import { config } from "./config";

createServer((req, res) => {
  if (req.url === "/auth") {
    const target = `${config.issuer}/authorize?client_id=${config.clientId}&response_type=code&redirect_uri=${encodeURIComponent(config.redirect)}`;
    res.writeHead(302, { Location: target }).end();
    return;
  }
  res.writeHead(404).end();
}).listen(8080, "127.0.0.1");
