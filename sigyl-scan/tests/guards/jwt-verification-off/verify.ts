import jwt from 'jsonwebtoken';
import express from 'express';
import { serveMcp } from './mcp.js';

const app = express();
app.use('/mcp', async (req, res, next) => {
  try {
  const token = String(req.headers.authorization).slice('Bearer '.length);
  const claims = jwt.verify(token, process.env.KEY!, { algorithms: ['RS256'], audience: 'notes', issuer: 'https://login.example.com' }) as { sub: string };
  (req as any).user = claims.sub;
  next();
  } catch {
    res.status(401).end();
  }
});
app.post('/mcp', serveMcp);
app.listen(3000, '127.0.0.1');
