import Fastify from 'fastify';
const app = Fastify();
app.get('/callback', async (request: any, reply) => reply.type('text/html').send(`<h1>${request.query.error}</h1>`));
