import Fastify from "fastify";
import { plugin } from "./plugin";

const app = Fastify();
app.register(plugin);
await app.listen({ port: 8080, host: "0.0.0.0" });
