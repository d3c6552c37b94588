import Fastify from "fastify";
import { rpc } from "./rpc";

const activeSessions = new Set<string>();
const app = Fastify();
app.post("/mcp", async (request, reply) => {
  const id = request.headers["x-session-id"] as string;
  if (!activeSessions.has(id)) return reply.code(401).send({ error: "unauthorized" });
  return rpc(request.body);
});
