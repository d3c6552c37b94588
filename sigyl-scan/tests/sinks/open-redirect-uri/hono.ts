import { Hono } from 'hono';
const app = new Hono();
app.get('/callback', (c) => c.redirect(c.req.query('redirect_uri')!));
