import express from 'express';
const app = express();
app.get('/callback', (req, res) => { res.cookie('session_id', crypto.randomUUID(), { httpOnly: true, secure: process.env.NODE_ENV === 'production', sameSite: 'lax' }); res.end(); });
