import Fastify from "fastify";
import cookie from "@fastify/cookie";
import { cookieOptions } from "./options";

const app = Fastify();
app.register(cookie);
app.get("/login", async (request, reply) => {
  const sid = await start(request);
  reply.setCookie("sid", sid, cookieOptions);
});
app.get("/logout", async (request, reply) => {
  reply.setCookie("sid", "", { path: "/" });
});
declare function start(request: unknown): Promise<string>;
