import Fastify from "fastify";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { server } from "./mcp";

const fastify = Fastify();
const LOCAL = /^(localhost|127\.0\.0\.1)(:\d+)?$/;
fastify.addHook("onRequest", async (request, reply) => {
  if (!LOCAL.test(request.headers.host ?? "")) {
    return reply.code(403).send({ error: "host" });
  }
});
const live = new Map<string, SSEServerTransport>();
fastify.get("/sse", async (request, reply) => {
  const transport = new SSEServerTransport("/messages", reply.raw);
  live.set(transport.sessionId, transport);
  await server.connect(transport);
});
fastify.listen({ port: 7000, host: "127.0.0.1" });
