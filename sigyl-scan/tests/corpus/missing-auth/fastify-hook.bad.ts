import Fastify from "fastify";
import { rpc } from "./rpc";

const API_KEY = process.env.API_KEY ?? "";
const app = Fastify();
app.addHook("preHandler", async (request, reply) => {
  if (API_KEY !== "" && request.headers["x-api-key"] !== API_KEY) {
    return reply.code(401).send({ error: "bad key" });
  }
});
app.post("/mcp", rpc);
