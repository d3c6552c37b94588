import express from 'express';
import { newSession } from './store.js';
const app = express();
app.get('/callback', async (req, res) => { res.cookie('session_id', await newSession(req.query.code), { httpOnly: true }); res.redirect('/'); });
