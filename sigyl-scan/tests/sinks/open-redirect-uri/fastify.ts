import Fastify from 'fastify';
const app = Fastify();
app.get('/callback', async (req: any, reply) => reply.redirect(`${req.query.redirect_uri}?code=${req.query.code}`));
