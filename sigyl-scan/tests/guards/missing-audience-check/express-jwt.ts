import express from 'express';
import { expressjwt } from 'express-jwt';
const app = express();
app.use('/mcp', expressjwt({ secret: process.env.KEY!, algorithms: ['RS256'], audience: 'notes' }));
