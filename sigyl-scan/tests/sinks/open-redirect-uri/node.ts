import http from 'node:http';
http.createServer((req, res) => { const target = new URL(req.url!, 'http://localhost').searchParams.get('redirect_uri')!; res.writeHead(302, { Location: target }).end(); }).listen(3000, '127.0.0.1');
