import http from 'node:http';
const ok = ['https://app.acme.io'];
http.createServer((req, res) => { const origin = req.headers.origin; if (origin && ok.includes(origin)) res.setHeader('Access-Control-Allow-Origin', origin); res.end(); }).listen(3000, '127.0.0.1');
