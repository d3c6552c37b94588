import express from "express";
import passport from "passport";
import { Strategy } from "passport-http-bearer";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { lookUpToken } from "./tokens";
import { open } from "./open";

passport.use(new Strategy((token, done) => lookUpToken(token).then((found) => done(null, found ?? false), done)));

const transports = new Map<string, StreamableHTTPServerTransport>();
const app = express();
app.use(express.json(), passport.initialize());

app.all("/mcp", passport.authenticate("bearer", { session: false }), async (req, res) => {
  const account = (req.user as { accountId: string }).accountId;
  const id = req.header("mcp-session-id");
  if (!id) {
    const fresh = await open((created, transport) => transports.set(`${account}/${created}`, transport));
    await fresh.handleRequest(req, res, req.body);
    return;
  }
  const transport = transports.get(`${account}/${id}`);
  if (!transport) {
    res.sendStatus(404);
    return;
  }
  await transport.handleRequest(req, res, req.body);
});
app.listen(8400, "127.0.0.1");
