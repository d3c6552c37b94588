import Fastify from "fastify";
import { verifyToken } from "./verify";

const sessions: Record<string, { history: string[] }> = {};
const app = Fastify();
app.post("/mcp", async (request, reply) => {
  const claims = await verifyToken(request.headers.authorization);
  const session = sessions[`${claims.sub}:${request.headers["mcp-session-id"]}`];
  session.history.push(JSON.stringify(request.body));
  return session.history;
});
