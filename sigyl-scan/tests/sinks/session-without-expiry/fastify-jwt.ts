import Fastify from 'fastify';
import jwt from '@fastify/jwt';
const app = Fastify();
app.register(jwt, { secret: process.env.JWT_SECRET! });
app.post('/login', async (req: any) => ({ token: app.jwt.sign({ sub: req.body.user }) }));
