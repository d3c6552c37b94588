import html
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse

PAGE = Path(__file__).with_name("done.html").read_text()


class Callback(BaseHTTPRequestHandler):
    def do_GET(self):
        query = parse_qs(urlparse(self.path).query)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        page = PAGE.replace("@@WHY@@", html.escape(query.get("error", [""])[0]))
        self.wfile.write(page.encode())


HTTPServer(("127.0.0.1", 8085), Callback).serve_forever()
