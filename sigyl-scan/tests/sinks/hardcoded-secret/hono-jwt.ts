import { Hono } from 'hono';
import { jwt } from 'hono/jwt';
const app = new Hono();
app.use('/mcp', jwt({ secret: 'it-is-very-secret', alg: 'HS256' }));
