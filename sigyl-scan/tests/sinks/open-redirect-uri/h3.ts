import { createApp, eventHandler, getQuery, sendRedirect } from 'h3';
const app = createApp();
app.use('/callback', eventHandler((event) => sendRedirect(event, String(getQuery(event).redirect_uri))));
