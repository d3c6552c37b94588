import Fastify from "fastify";
import { rpc } from "./rpc";
import { verifyToken } from "./verify";

const activeSessions = new Set<string>();
const app = Fastify();
app.post("/mcp", async (request, reply) => {
  const caller = await verifyToken(request.headers.authorization);
  const id = `${caller.sub}:${request.headers["x-session-id"]}`;
  if (!activeSessions.has(id)) return reply.code(404).send({ error: "no such session" });
  return rpc(request.body);
});
