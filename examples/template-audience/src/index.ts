import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import express from "express";

import { readConfig } from "./config.js";
import { checkOriginAndHost } from "./origin.js";
import { tokenVerifier } from "./token.js";
import { createServer } from "./tools.js";

/** The scope that a token needs to reach the endpoint at all; tools may ask for more. */
const SCOPE = "mcp:tools";

const config = readConfig(process.env);

// RFC 9728, section 3.1: the well-known part goes between the host and the path of the resource.
const metadataPath = `/.well-known/oauth-protected-resource${config.resource.pathname}`;

const app = express();
app.disable("x-powered-by");
// Without this Express answers a malformed body with a stack trace.
app.set("env", "production");
app.use(checkOriginAndHost(config));

app.get(metadataPath, (_req, res) => {
  res.json({
    resource: config.resource.href,
    authorization_servers: [config.issuer],
    scopes_supported: [SCOPE],
    bearer_methods_supported: ["header"],
  });
});

// The token is checked before the body is read. A refusal says where the metadata is, in `WWW-Authenticate`.
app.use(
  "/mcp",
  requireBearerAuth({
    verifier: tokenVerifier(config),
    requiredScopes: [SCOPE],
    resourceMetadataUrl: new URL(metadataPath, config.resource).href,
    expectedResource: config.resource,
  }),
);

app.post("/mcp", express.json({ limit: "1mb" }), async (req, res) => {
  const server = createServer();
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
  res.on("close", () => void server.close());
  await server.connect(transport);
  await transport.handleRequest(req, res, req.body);
});

// Without sessions there is no stream to open and none to end.
app.all("/mcp", (_req, res) => {
  res.status(405).set("Allow", "POST").json({ error: "use POST" });
});

app.listen(config.port, config.host, () => {
  console.log(`listening on ${config.host}:${config.port} for ${config.resource.href}`);
});
