import { randomUUID } from "node:crypto";
import Fastify from "fastify";
import { codes } from "./codes";

const registrations = new Map<string, { name: string; redirectUris: string[] }>();
const app = Fastify();

app.post<{ Body: { client_name: string; redirect_uris: string[] } }>("/oauth/register", async (request, reply) => {
  const id = randomUUID();
  registrations.set(id, { name: request.body.client_name, redirectUris: request.body.redirect_uris });
  return reply.code(201).send({ client_id: id, redirect_uris: request.body.redirect_uris });
});

app.get<{ Querystring: Record<string, string> }>("/oauth/authorize", async (request, reply) => {
  const client = registrations.get(request.query.client_id);
  if (!client?.redirectUris.includes(request.query.redirect_uri)) {
    return reply.code(400).send({ error: "invalid_request" });
  }
  const query = new URLSearchParams({
    client_id: process.env.SSO_CLIENT_ID!,
    response_type: "code",
    redirect_uri: "https://mcp.acme.io/oauth/callback",
    state: codes.begin(request.query),
  });
  return reply.redirect(`https://sso.acme.io/authorize?${query}`);
});
await app.listen({ port: 7200, host: "127.0.0.1" });
