"""A server of MCP in Python's own library, for tests of deployments."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WHO = {
    "version": "VERSION",
    "greeting": os.environ.get("GREETING", ""),
    "secret": os.environ.get("TOKEN", "").startswith("canary"),
}

TOOLS = [
    {"name": "who", "description": "Says who it is.", "inputSchema": {"type": "object"}},
    {"name": "end", "description": "Ends the server.", "inputSchema": {"type": "object"}},
]


def answer(message):
    method = message.get("method")
    if method == "initialize":
        return {
            "protocolVersion": message["params"]["protocolVersion"],
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "tiny", "version": "VERSION"},
        }
    if method == "tools/list":
        return {"tools": TOOLS}
    if method == "tools/call":
        if message["params"]["name"] == "end":
            os._exit(7)
        return {"content": [{"type": "text", "text": json.dumps(WHO)}]}
    return None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if "id" not in message:
            self.reply(202, b"")
            return
        result = answer(message)
        body = {"jsonrpc": "2.0", "id": message["id"]}
        if result is None:
            body["error"] = {"code": -32601, "message": "method not found"}
        else:
            body["result"] = result
        self.reply(200, json.dumps(body).encode())

    def do_GET(self):
        self.reply(405, b"")

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


ThreadingHTTPServer((os.environ.get("HOST", "127.0.0.1"), int(os.environ["PORT"])), Handler).serve_forever()
