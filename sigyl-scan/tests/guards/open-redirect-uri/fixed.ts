import { Hono } from 'hono';
const app = new Hono();
app.get('/callback', (c) => c.redirect(`https://app.acme.io/callback?code=${encodeURIComponent(c.req.query('code')!)}`));
