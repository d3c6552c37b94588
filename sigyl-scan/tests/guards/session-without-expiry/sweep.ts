import express from 'express';
const app = express();
const tokens: Record<string, { user: string; expires: number }> = {};
app.post('/login', (req, res) => { const token = crypto.randomUUID(); tokens[token] = { user: req.body.user, expires: Date.now() + 3600e3 }; res.json({ token }); });
