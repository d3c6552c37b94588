import Fastify from "fastify";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { server } from "./mcp";

const fastify = Fastify();
const live = new Map<string, SSEServerTransport>();
fastify.get("/sse", async (request, reply) => {
  const transport = new SSEServerTransport("/messages", reply.raw);
  live.set(transport.sessionId, transport);
  await server.connect(transport);
});
fastify.listen({ port: 7000, host: "127.0.0.1" });
