import { createServer } from "node:http";
import { clients } from "./clients";

const config = { clientId: process.env.SLACK_CLIENT_ID ?? "", callback: "https://mcp.acme.io/callback" };
createServer(async (req, res) => {
  const url = new URL(req.url ?? "/", "http://localhost");
  if (url.pathname === "/register") return void res.end(JSON.stringify(await clients.add(req)));
  if (url.pathname === "/authorize") {
    const to = `https://slack.com/oauth/v2/authorize?client_id=${config.clientId}&state=${clients.pending(url)}&redirect_uri=${config.callback}`;
    return void res.writeHead(302, { Location: to }).end();
  }
  res.writeHead(404).end();
});
