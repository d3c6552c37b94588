import Fastify from 'fastify';
const app = Fastify({ logger: true });
app.post('/mcp', async (request) => { request.log.info(request.headers); return {}; });
