import Fastify from "fastify";
import { verifyToken } from "./verify";

const sessions: Record<string, { history: string[] }> = {};
const app = Fastify();
app.post("/mcp", async (request, reply) => {
  await verifyToken(request.headers.authorization);
  const session = sessions[request.headers["mcp-session-id"] as string];
  session.history.push(JSON.stringify(request.body));
  return session.history;
});
