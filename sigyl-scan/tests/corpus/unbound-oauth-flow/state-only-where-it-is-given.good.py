from urllib.parse import parse_qs, urlparse

from http.server import BaseHTTPRequestHandler

from .pending import forget, is_pending
from .tokens import exchange_code


class Callback(BaseHTTPRequestHandler):
    def do_GET(self):
        query = parse_qs(urlparse(self.path).query)
        code = query.get("code", [""])[0]
        state = query.get("state", [""])[0]
        if not code or not is_pending(state):
            self.send_error(400, "unknown login")
            return
        exchange_code(code)
        forget(state)
        self.send_response(200)
        self.end_headers()
