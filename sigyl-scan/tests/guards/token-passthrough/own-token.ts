import axios from 'axios';
import express from 'express';
import { requireAuth } from './auth.js';
const app = express();
app.post('/mcp', requireAuth, async (req, res) => {
  const { data } = await axios.get('https://api.example.com/me', { headers: { Authorization: `Bearer ${process.env.UPSTREAM_TOKEN}` } });
  res.json({ jsonrpc: '2.0', id: req.body.id, result: data });
});
