import express from 'express';
const app = express();
const tokens: Record<string, { user: string }> = {};
app.post('/login', (req, res) => { const token = crypto.randomUUID(); tokens[token] = { user: req.body.user }; res.json({ token }); });
