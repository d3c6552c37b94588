"""An MCP server of the legacy era, of the standard library alone, that does what a test asks of it."""
import http.server
import json
import os
import subprocess
import sys

PORT = int(os.environ["PORT"])
print("listening at", PORT, flush=True)
print("a warning", file=sys.stderr, flush=True)
if os.environ.get("CRASH"):
    sys.exit(7)


def tried(what):
    try:
        return str(what())
    except Exception as error:
        return type(error).__name__


def answer(method, parameters):
    if method == "initialize":
        return {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": {"name": "py"}}
    if method == "tools/list":
        return {"tools": [{"name": "version", "description": os.environ.get("VERSION", "none")}]}
    if method == "version":
        return {"version": os.environ.get("VERSION")}
    if method == "env":
        return dict(os.environ)
    if method == "list":
        return {"found": tried(lambda: sorted(os.listdir(parameters["path"])))}
    if method == "write":
        return {"wrote": tried(lambda: open(parameters["path"], "w").write("x"))}
    if method == "ids":
        return {"ids": [os.getuid(), os.getgid(), os.getpid()]}
    if method == "leave":
        # Survives its parent's group and session, where nothing stops it.
        subprocess.Popen(["sleep", parameters["seconds"]], start_new_session=True)
        return {}
    if method == "eat":
        global EATEN
        EATEN = bytearray(os.urandom(1 << 20) * parameters["mebibytes"])
        return {}
    if method == "end":
        os._exit(parameters["code"])


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        message = json.loads(body)
        if "id" not in message:
            self.send_response(202)
            self.send_header("content-length", "0")
            self.end_headers()
            return
        reply = {"jsonrpc": "2.0", "id": message["id"]}
        result = answer(message["method"], message.get("params", {}))
        if result is None:
            reply["error"] = {"code": -32601, "message": "no such method"}
        else:
            reply["result"] = result
        text = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer((os.environ["HOST"], PORT), Handler).serve_forever()
