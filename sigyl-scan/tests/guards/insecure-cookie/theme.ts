import express from 'express';
const app = express();
app.get('/theme', (req, res) => { res.cookie('theme', 'dark'); res.end(); });
