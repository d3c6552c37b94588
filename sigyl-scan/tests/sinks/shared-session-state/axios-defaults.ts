import axios from 'axios';
import express from 'express';
const app = express();
app.post('/mcp', (req, res) => { axios.defaults.headers.common['Authorization'] = `Bearer ${req.headers['x-token']}`; res.end(); });
