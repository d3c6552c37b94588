import Fastify from "fastify";
import cookie from "@fastify/cookie";

const options = { path: "/", secure: false, httpOnly: true };
const app = Fastify();
app.register(cookie);
app.get("/login", async (request, reply) => {
  const sid = await start(request);
  reply.setCookie("sid", sid, options);
});
declare function start(request: unknown): Promise<string>;
