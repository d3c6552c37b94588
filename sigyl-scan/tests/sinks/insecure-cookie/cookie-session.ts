import express from 'express';
import cookieSession from 'cookie-session';
const app = express();
app.use(cookieSession({ name: 'session', keys: [process.env.KEY!], httpOnly: false }));
