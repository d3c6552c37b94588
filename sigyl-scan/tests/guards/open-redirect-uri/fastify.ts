import Fastify from 'fastify';
const app = Fastify();
const KNOWN = new Set(['https://app.acme.io/callback']);
app.get('/callback', async (req: any, reply) => { if (!KNOWN.has(req.query.redirect_uri)) return reply.code(400).send(); return reply.redirect(req.query.redirect_uri); });
