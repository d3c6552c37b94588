import { execSync } from "node:child_process";
import Fastify from 'fastify';
const app = Fastify();
app.post('/x/:name', async (request, reply) => {
  execSync((request.body as any).a);
  return {};
});
app.listen({ port: 1, host: '127.0.0.1' });
