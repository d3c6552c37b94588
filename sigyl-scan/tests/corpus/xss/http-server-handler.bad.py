from http.server import BaseHTTPRequestHandler, HTTPServer
from html import escape
from urllib.parse import parse_qs, urlparse


class CallbackHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        query = parse_qs(urlparse(self.path).query)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        if "error" in query:
            reason = query["error"][0]
            self.wfile.write(f"<html><body>Failed: {reason}</body></html>".encode())
            return
        self.wfile.write(b"<html><body>Done</body></html>")


def serve(port: int) -> None:
    HTTPServer(("127.0.0.1", port), CallbackHandler).handle_request()


if __name__ == "__main__":
    serve(8765)
