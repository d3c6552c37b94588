import express from 'express';
import { expressjwt } from 'express-jwt';
import jwksRsa from 'jwks-rsa';
const app = express();
app.use('/mcp', expressjwt({ secret: jwksRsa.expressJwtSecret({ jwksUri: 'https://login.example.com/keys' }) as never, algorithms: ['RS256'], issuer: 'https://login.example.com' }));
