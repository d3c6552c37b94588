import { Hono } from 'hono';
import { getCookie } from 'hono/cookie';
const app = new Hono();
app.get('/callback', async (c) => {
  if (!c.req.query('state') || c.req.query('state') !== getCookie(c, 'oauth_state')) return c.text('state', 400);
  const answer = await fetch('https://login.example.com/token', { method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code', code: c.req.query('code')!, client_id: 'notes' }) });
  return c.json(await answer.json());
});
