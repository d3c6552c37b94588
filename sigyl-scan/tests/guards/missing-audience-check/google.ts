import { OAuth2Client } from 'google-auth-library';
const client = new OAuth2Client();
import express from 'express';
import { serveMcp } from './mcp.js';

const app = express();
app.use('/mcp', async (req, res, next) => {
  try {
  const token = String(req.headers.authorization).slice('Bearer '.length);
  const claims = (await client.verifyIdToken({ idToken: token, audience: process.env.CLIENT_ID! })).getPayload()!;
  (req as any).user = claims.sub;
  next();
  } catch {
    res.status(401).end();
  }
});
app.post('/mcp', serveMcp);
app.listen(3000, '127.0.0.1');
