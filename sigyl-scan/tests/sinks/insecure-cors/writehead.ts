import http from 'node:http';
http.createServer((req, res) => { res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Access-Control-Allow-Origin': '*' }); }).listen(3000, '127.0.0.1');
