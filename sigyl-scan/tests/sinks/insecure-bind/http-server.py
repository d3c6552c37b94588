import json
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        if message['method'] == 'tools/call':
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({'jsonrpc': '2.0', 'id': message['id'], 'result': {}}).encode())

HTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
