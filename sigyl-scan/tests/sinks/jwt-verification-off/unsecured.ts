import { UnsecuredJWT } from 'jose';
import express from 'express';
import { serveMcp } from './mcp.js';

const app = express();
app.use('/mcp', async (req, res, next) => {
  try {
  const token = String(req.headers.authorization).slice('Bearer '.length);
  const claims = UnsecuredJWT.decode(token).payload;
  (req as any).user = claims.sub;
  next();
  } catch {
    res.status(401).end();
  }
});
app.post('/mcp', serveMcp);
app.listen(3000, '127.0.0.1');
