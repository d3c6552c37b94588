from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlparse
class Callback(BaseHTTPRequestHandler):
    def do_GET(self):
        error = parse_qs(urlparse(self.path).query)["error"][0]
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f"<h1>{error}</h1>".encode())
HTTPServer(("127.0.0.1", 8000), Callback).serve_forever()
