import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
const app = new Hono();
app.get('/callback', (c) => { setCookie(c, 'session', crypto.randomUUID(), { path: '/' }); return c.redirect('/'); });
