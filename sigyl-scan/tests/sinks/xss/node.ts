import http from 'node:http';
http.createServer((req, res) => { const error = new URL(req.url!, 'http://localhost').searchParams.get('error'); res.writeHead(200, { 'Content-Type': 'text/html' }); res.end(`<h1>${error}</h1>`); }).listen(3000, '127.0.0.1');
