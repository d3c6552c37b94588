import { Hono } from 'hono';
const app = new Hono();
app.get('/callback', (c) => c.html(`<h1>${c.req.query('error')}</h1>`));
