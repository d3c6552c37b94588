import { createApp, eventHandler, handleCors } from 'h3';
const app = createApp();
app.use(eventHandler((event) => { if (handleCors(event, { origin: '*', methods: '*' })) return; }));
