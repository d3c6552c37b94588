"""An MCP server of the standard library that does not start without a package of a private index."""
import hashlib
import http.server
import json
import os

import acme_private

TOOLS = {
    "version": lambda _: os.environ.get("VERSION", "none"),
    "digest": lambda arguments: hashlib.sha256(os.environ.get(arguments["name"], "").encode()).hexdigest(),
    "mark": lambda _: acme_private.MARK,
}


def answer(message):
    parameters = message.get("params", {})
    match message["method"]:
        case "initialize":
            return {
                "protocolVersion": "2025-06-18",
                "capabilities": {"tools": {}},
                "serverInfo": {"name": "guarded", "version": "1.0.0"},
            }
        case "tools/list":
            return {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in TOOLS]}
        case "tools/call":
            text = TOOLS[parameters["name"]](parameters.get("arguments", {}))
            return {"content": [{"type": "text", "text": text}]}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["content-length"])))
        text = b""
        if "id" in message:
            text = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": answer(message)}).encode()
        self.send_response(200 if text else 202)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
