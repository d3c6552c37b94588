import Fastify from "fastify";
import multipart from "@fastify/multipart";
import fs from "graceful-fs";
import path from "path";
import { pipeline } from "node:stream/promises";

const fastify = Fastify({ logger: true });
await fastify.register(multipart);
const UPLOADS = path.resolve("uploads");

fastify.get("/files/*", async (request, reply) => {
  const wanted = (request.params as Record<string, string>)["*"];
  const file = path.join(UPLOADS, wanted);
  if (!file.startsWith(UPLOADS + path.sep)) {
    return reply.code(403).send({ error: "forbidden" });
  }
  return reply.send(fs.createReadStream(file));
});

fastify.post("/files", async (request) => {
  const part = await request.file();
  const target = path.join(UPLOADS, path.basename(part!.filename));
  await pipeline(part!.file, fs.createWriteStream(target));
  return { ok: true };
});

await fastify.listen({ port: 4100, host: "127.0.0.1" });
