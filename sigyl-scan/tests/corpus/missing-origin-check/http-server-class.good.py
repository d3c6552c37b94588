import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .registry import TOOLS


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        if self.headers.get("Host") not in ("127.0.0.1:8765", "localhost:8765"):
            self.send_error(403)
            return
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if message["method"] == "tools/call":
            result = TOOLS[message["params"]["name"]](**message["params"]["arguments"])
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"id": message["id"], "result": result}).encode())


ThreadingHTTPServer(("127.0.0.1", 8765), Handler).serve_forever()
