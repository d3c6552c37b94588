import { createApp, eventHandler, setCookie } from 'h3';
const app = createApp();
app.use('/callback', eventHandler((event) => { setCookie(event, 'session', crypto.randomUUID(), { path: '/' }); }));
