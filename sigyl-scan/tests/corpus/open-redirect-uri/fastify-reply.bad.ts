import Fastify from "fastify";
import { finish } from "./finish";

const app = Fastify();
app.get<{ Querystring: { redirect_uri: string } }>("/oauth/authorize", async (request, reply) => {
  const code = await finish(request);
  return reply.code(302).header("location", `${request.query.redirect_uri}?code=${code}`).send();
});
