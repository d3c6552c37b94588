import express from 'express';
const app = express();
app.get('/login', (req, res) => { const state = Math.random().toString(36).slice(2); res.cookie('oauth_state', state, { httpOnly: true, secure: true, sameSite: 'lax' }); res.redirect(`https://login.example.com/authorize?response_type=code&state=${state}`); });
