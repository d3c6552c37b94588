import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
const app = new Hono();
app.get('/callback', (c) => { setCookie(c, 'session', crypto.randomUUID(), { path: '/', httpOnly: true, secure: true, sameSite: 'Lax' }); return c.redirect('/'); });
