import { Hono } from 'hono';
import { html } from 'hono/html';
const app = new Hono();
app.get('/callback', (c) => c.html(html`<h1>${c.req.query('error')}</h1>`));
