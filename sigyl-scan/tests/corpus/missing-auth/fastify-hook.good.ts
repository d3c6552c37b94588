import Fastify from "fastify";
import { rpc } from "./rpc";

const API_KEY = requireEnv("API_KEY");
const app = Fastify();
app.addHook("preHandler", async (request, reply) => {
  if (request.headers["x-api-key"] !== API_KEY) {
    return reply.code(401).send({ error: "bad key" });
  }
});
app.post("/mcp", rpc);

function requireEnv(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} must be set`);
  return value;
}
