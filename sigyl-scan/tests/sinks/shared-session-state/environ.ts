import express from 'express';
const app = express();
app.post('/mcp', (req, res) => { process.env.API_TOKEN = req.headers['x-api-token'] as string; res.end(); });
