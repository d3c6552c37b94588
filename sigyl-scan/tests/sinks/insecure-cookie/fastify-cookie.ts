import Fastify from 'fastify';
import cookie from '@fastify/cookie';
const app = Fastify();
app.register(cookie);
app.get('/callback', async (req, reply) => { reply.setCookie('access_token', await exchange(req.query), { path: '/', httpOnly: true }); return reply.redirect('/'); });
declare function exchange(q: unknown): Promise<string>;
