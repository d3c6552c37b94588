import Fastify from "fastify";
import * as client from "openid-client";
import { rpc } from "./rpc";
import { flows } from "./flows";

const issuer = await client.discovery(new URL("https://erp.acme.io"), process.env.ERP_CLIENT_ID!, process.env.ERP_CLIENT_SECRET);
const app = Fastify();

app.get("/connect", async (_request, reply) => {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  flows.put(state, verifier);
  const to = client.buildAuthorizationUrl(issuer, {
    redirect_uri: "https://mcp.acme.io/connected",
    scope: "openid offline_access erp:*",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
  });
  return reply.redirect(to.href);
});
app.post("/mcp", rpc);
await app.listen({ port: 5100, host: "127.0.0.1" });
