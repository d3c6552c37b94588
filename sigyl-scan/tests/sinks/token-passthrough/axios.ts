import axios from 'axios';
import express from 'express';
const app = express();
app.post('/mcp', async (req, res) => {
  if (req.body.method !== 'tools/call') return res.status(400).end();
  const { data } = await axios.get('https://api.example.com/me', { headers: { Authorization: req.headers.authorization } });
  res.json({ jsonrpc: '2.0', id: req.body.id, result: data });
});
