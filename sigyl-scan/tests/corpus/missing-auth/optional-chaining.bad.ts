import type { FastifyRequest, FastifyReply } from "fastify";
import { settings } from "./settings";

export async function verifyRequest(request: FastifyRequest, reply: FastifyReply) {
  if (settings.authToken === undefined) return;
  if (request.headers.authorization !== `Bearer ${settings.authToken}`) {
    await reply.code(401).send({ error: "unauthorized" });
  }
}
